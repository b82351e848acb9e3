interface Route {
  pattern: RegExp;
  methods: string[];
}

/** What the router knows, kept for the `Allow` of a 405. */
export class RouteTable {
  private readonly routes: Route[] = [];

  add(url: string, methods: string[]): void {
    this.routes.push({ pattern: toPattern(url), methods });
  }

  /** In alphabetical order; empty when no route has this path. */
  allowedMethods(url: string): string[] {
    const path = decoded(url.split(/[?#]/, 1)[0] ?? '');
    const methods = this.routes.filter((route) => route.pattern.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].toSorted();
  }
}

function toPattern(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    return part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*');
  });
  return new RegExp(`^${parts.join('/')}$`);
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
