import type { OpenAPIObject } from '@nestjs/swagger';

const componentKey = 'x-component';

/** A schema written in place that becomes a component of this name in the document. */
export const component = <Schema extends object>(name: string, schema: Schema): Schema => ({
  [componentKey]: name,
  ...schema,
});

type Json = Record<string, unknown>;

/** Moves every marked schema to the components and leaves a reference in its place. */
export function hoistMarked(document: OpenAPIObject): void {
  const schemas = ((document.components ??= {}).schemas ??= {}) as Record<string, unknown>;
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node !== 'object' || node === null) return node;
    const { [componentKey]: name, ...rest } = node as Json;
    const visited = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, visit(value)]));
    if (typeof name !== 'string') return visited;
    schemas[name] = visited;
    return { $ref: `#/components/schemas/${name}` };
  };
  document.paths = visit(document.paths) as OpenAPIObject['paths'];
  for (const [name, schema] of Object.entries(schemas)) schemas[name] = visit(schema);
}

const suffix = /(Dto|View|Body)$/;

/** `CollectionDto` is `Collection` to clients: how our classes are called is no concern of theirs. */
export function withClientNames(document: OpenAPIObject): OpenAPIObject {
  const text = JSON.stringify(document).replaceAll(
    /"#\/components\/schemas\/(\w+)"/g,
    (_, name: string) => `"#/components/schemas/${name.replace(suffix, '')}"`,
  );
  const renamed = JSON.parse(text) as OpenAPIObject;
  const schemas = Object.entries(renamed.components?.schemas ?? {}).map(
    ([name, schema]) => [name.replace(suffix, ''), schema] as const,
  );
  const names = schemas.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`Two classes are called ${twice} in the OpenAPI document.`);
  return { ...renamed, components: { ...renamed.components, schemas: Object.fromEntries(schemas) } };
}
