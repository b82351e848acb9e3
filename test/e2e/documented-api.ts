import addFormats from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Json } from './harness.js';

interface Answer {
  status: number;
  headers: Headers;
  body: Json;
}

const methods = ['get', 'put', 'post', 'patch', 'delete'];
/** What OpenAPI adds to JSON Schema, so that strict mode refuses every other unknown word. */
const vocabulary = ['components', 'example'];

/** An OpenAPI document as the judge of requests and answers: whatever it does not name is a fault. */
export class DocumentedApi {
  private readonly ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
  private readonly root: Json;
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(readonly document: Json) {
    addFormats.default(this.ajv);
    this.ajv.addVocabulary(vocabulary);
    this.root = closed(document.components.schemas);
  }

  /** `POST /api/v1/search` → the operation. */
  get operations(): Map<string, Json> {
    const entries = Object.entries<Json>(this.document.paths).flatMap(([path, item]) =>
      methods.flatMap((method) =>
        item[method] ? [[`${method.toUpperCase()} ${path}`, item[method]] as const] : [],
      ),
    );
    return new Map(entries);
  }

  /** What is wrong with an answer; empty when it is as documented. */
  faultsOfAnswer(method: string, path: string, { status, headers, body }: Answer): string[] {
    const operation = this.operationOf(method, path);
    const documented = this.resolved(operation?.responses[status]);
    if (!documented) return [`${method} ${path} answered ${status}, which is not documented`];
    const missing = Object.keys(documented.headers ?? {}).filter(
      (name) => name !== 'Idempotent-Replayed' && !headers.has(name),
    );
    const type = headers.get('content-type')?.split(';')[0];
    const faults = missing.map((name) => `the header ${name} is missing`);
    if (!documented.content) return body === '' ? faults : [...faults, `a body with ${status}`];
    const content = documented.content[type ?? ''] ?? documented.content['*/*'];
    if (!content) return [...faults, `the type ${type} with ${status} is not documented`];
    return [...faults, ...this.faults(content.schema, body)];
  }

  /** What is wrong with a body that the server took. */
  faultsOfRequest(method: string, path: string, body: unknown): string[] {
    const content = this.operationOf(method, path)?.requestBody?.content['application/json'];
    return content ? this.faults(content.schema, body) : [`${method} ${path} documents no JSON body`];
  }

  /** @param name of a schema among the components. */
  faultsOf(name: string, value: unknown): string[] {
    return this.faults({ $ref: `#/components/schemas/${name}` }, value);
  }

  private faults(schema: Json, value: unknown): string[] {
    const key = JSON.stringify(schema);
    const validate =
      this.compiled.get(key) ??
      this.ajv.compile({ ...closed(schema), components: { schemas: this.root } } as object);
    this.compiled.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  private operationOf(method: string, path: string): Json {
    const bare = path.split('?', 1)[0] ?? '';
    for (const [route, operation] of this.operations) {
      const [known, template = ''] = route.split(' ');
      if (known === method && new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(bare))
        return operation;
    }
    return undefined;
  }

  private resolved(response: Json): Json {
    const name = response?.$ref?.split('/').at(-1);
    return name ? this.document.components.responses[name] : response;
  }
}

/** A copy in which no object may have a field that is not named. */
function closed(node: Json): Json {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  const isObjectSchema =
    'properties' in node && typeof node.properties === 'object' && node.type === 'object';
  return isObjectSchema && !('additionalProperties' in node)
    ? { ...copy, additionalProperties: false }
    : copy;
}
