import type { OpenAPIObject } from '@nestjs/swagger';
import { isPublicRoute } from '../security/authorize-request.js';
import { refusals } from './refusals.js';

export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type AnyResponse = NonNullable<Operation['responses'][string]>;
type Response = Exclude<AnyResponse, { $ref: string }>;

export interface Route {
  /** Upper case. */
  method: string;
  path: string;
  operation: Operation;
}

/** Adds what the shape of a route implies, so that no controller has to repeat it. */
export function completeOperation(route: Route): void {
  const { operation, path, method } = route;
  for (const parameter of operation.parameters ?? []) {
    // Every id in a path passes the UUID pipe.
    if ('in' in parameter && parameter.in === 'path') parameter.schema = { type: 'string', format: 'uuid' };
  }
  for (const [status, response] of successesOf(operation)) addHeaders(status, response, operation);
  for (const status of impliedRefusals(route)) addRefusal(operation, status);
  operation.responses.default = { $ref: '#/components/responses/Problem' };
  if (isPublicRoute(path)) operation.security = [];
  else if (method === 'GET' && path.startsWith('/api/v1/'))
    operation.security = [{ bearer: [] }, { ticket: [] }];
}

/** Which refusals a client must expect of a route, whatever its handler does: see the guards and hooks. */
function impliedRefusals({ method, path, operation }: Route): number[] {
  const content = successesOf(operation).flatMap(([, response]) => Object.keys(response.content ?? {}));
  return [
    400,
    403,
    421,
    ...(isPublicRoute(path) ? [] : [401, 503]),
    ...(path.includes('{') ? [404] : []),
    ...(method === 'DELETE' || content.includes('*/*') ? [] : [406]),
    ...(takesHeader(operation, 'Idempotency-Key') ? [409] : []),
    ...(takesHeader(operation, 'If-Match') ? [412] : []),
    ...(operation.requestBody ? [413, 415] : []),
    ...(content.includes('text/event-stream') ? [429] : []),
  ];
}

function addRefusal(operation: Operation, status: number): void {
  const { name, description } = refusals[status]!;
  const own = operation.responses[status];
  if (!own) operation.responses[status] = { $ref: `#/components/responses/${name}` };
  else if ('description' in own) own.description += ` Or: ${description}`;
}

function addHeaders(status: number, response: Response, operation: Operation): void {
  if (status === 201) {
    response.headers = {
      Location: { description: 'Absolute path of what was created.', schema: { type: 'string' } },
      ...response.headers,
    };
  }
  if (status < 300 && takesHeader(operation, 'Idempotency-Key')) {
    response.headers = {
      ...response.headers,
      'Idempotent-Replayed': {
        description: 'On a repeat: an earlier request with this key made the answer.',
        schema: { type: 'string', enum: ['true'] },
      },
    };
  }
}

const successesOf = ({ responses }: Operation): [number, Response][] =>
  Object.entries(responses)
    .filter(([status]) => Number(status) < 400)
    .map(([status, response]) => [Number(status), response as Response]);

const takesHeader = ({ parameters = [] }: Operation, name: string): boolean =>
  parameters.some((parameter) => 'in' in parameter && parameter.in === 'header' && parameter.name === name);
