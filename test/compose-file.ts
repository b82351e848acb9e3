import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface ComposeService {
  image: string;
  build?: { context: string; dockerfile: string };
  user?: string;
  command?: string[];
  entrypoint?: string[];
  environment?: Record<string, string>;
  env_file?: { path: string; required: boolean }[];
  ports?: string[];
  volumes?: string[];
  tmpfs?: string[];
  networks: string[];
  depends_on?: Record<string, { condition: string }>;
  profiles?: string[];
  restart: string;
  read_only: boolean;
  cap_drop: string[];
  cap_add?: string[];
  security_opt: string[];
  init?: boolean;
  stop_grace_period?: string;
  logging: { options: Record<string, string> };
  healthcheck: { test?: string[]; disable?: boolean };
  deploy: {
    replicas?: string | number;
    resources: { limits: { cpus: string; memory: string; pids: number } };
  };
}

export interface ComposeFile {
  name: string;
  services: Record<string, ComposeService>;
  networks: Record<string, { internal?: boolean } | null>;
  volumes: Record<string, unknown>;
}

export interface Variable {
  name: string;
  /** `:?` refuses to start without, `:-` has a default. */
  operator: ':?' | ':-';
  text: string;
}

const reference = /\$\{([A-Z][A-Z0-9_]*)(?:(:[?-])([^}]*))?\}/g;

/** docker/compose.yaml, read with the rules of Compose for variables. No container engine is asked. */
export class ComposeText {
  readonly text: string;

  constructor(path: string) {
    this.text = readFileSync(path, 'utf8');
  }

  /** Every `${NAME:?…}` and `${NAME:-…}`; one without an operator, which would be empty unnoticed, is refused. */
  variables(): Variable[] {
    return [...this.withoutComments().matchAll(reference)].map(([all, name, operator, text]) => {
      if (operator !== ':?' && operator !== ':-')
        throw new Error(`${all} has neither a default nor a refusal.`);
      return { name: name!, operator, text: text! };
    });
  }

  /** As the engine would see it. */
  resolve(given: Readonly<Record<string, string>>): ComposeFile {
    const resolved = this.withoutComments()
      .replace(reference, (_, name: string, operator: string, text: string) => {
        if (given[name]) return given[name];
        if (operator === ':-') return text;
        throw new Error(`required variable ${name} is missing a value: ${text}`);
      })
      .replaceAll('$$', '$');
    return this.parsed(resolved);
  }

  /** With its variables as they are written. */
  raw(): ComposeFile {
    return this.parsed(this.text);
  }

  private parsed(text: string): ComposeFile {
    return parse(text, { merge: true, maxAliasCount: -1 }) as ComposeFile;
  }

  private withoutComments(): string {
    return this.text.replace(/^\s*#.*$/gm, '');
  }
}

const binary: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3 };

/** `1g` in bytes. */
export function bytesOf(size: string): number {
  const [, amount, unit] = /^(\d+)([kmg])$/.exec(size) ?? [];
  if (amount === undefined || unit === undefined) throw new Error(`Not a size: ${size}`);
  return Number(amount) * 1024 ** binary[unit]!;
}

/** `30s` in milliseconds. */
export function millisecondsOf(duration: string): number {
  const [, seconds] = /^(\d+)s$/.exec(duration) ?? [];
  if (seconds === undefined) throw new Error(`Not a duration in seconds: ${duration}`);
  return Number(seconds) * 1000;
}
