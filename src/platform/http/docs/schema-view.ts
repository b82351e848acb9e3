import { html, type Html } from '../html.js';

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  /** What a text holds once it is parsed. */
  contentSchema?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
}

/** Deeper parts are named only; a schema may contain itself. */
const maxDepth = 4;

/** A schema as a nested list of its fields. */
export function schemaView(schema: Schema, schemas: Record<string, Schema>, depth = 0): Html {
  const resolved = resolve(schema, schemas);
  const alternatives = resolved.oneOf ?? resolved.anyOf;
  if (alternatives) {
    return html`<ul>
      ${alternatives.map((one) => html`<li>${typeName(one)}${nested(one, schemas, depth)}</li>`)}
    </ul>`;
  }
  const inside = resolved.items ?? resolved.contentSchema;
  if (inside) return nested(inside, schemas, depth);
  if (!resolved.properties) return html``;
  return html`<ul>
    ${Object.entries(resolved.properties).map(
      ([name, property]) =>
        html`<li>
          <code>${name}</code>
          <small>${typeName(property)}${resolved.required?.includes(name) ? '' : ', optional'}</small>
          ${resolve(property, schemas).description}${nested(property, schemas, depth)}
        </li>`,
    )}
  </ul>`;
}

const nested = (schema: Schema, schemas: Record<string, Schema>, depth: number): Html =>
  depth < maxDepth ? schemaView(schema, schemas, depth + 1) : html``;

/** Follows a reference and merges `allOf`, which the generator writes around references. */
function resolve(schema: Schema, schemas: Record<string, Schema>): Schema {
  const name = schema.$ref?.split('/').at(-1);
  if (name !== undefined)
    return { ...schemas[name], ...(schema.description ? { description: schema.description } : {}) };
  const [only] = schema.allOf ?? [];
  return schema.allOf?.length === 1 && only
    ? { ...resolve(only, schemas), ...schema, allOf: undefined }
    : schema;
}

function typeName(schema: Schema): string {
  const name = schema.$ref?.split('/').at(-1) ?? schema.allOf?.[0]?.$ref?.split('/').at(-1);
  if (name !== undefined) return name;
  if (schema.items) return `list of ${typeName(schema.items)}`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const type = [schema.type ?? 'any'].flat().join(' or ');
  return schema.format ? `${type} (${schema.format})` : type;
}
