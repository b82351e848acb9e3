import { ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ProblemDto } from './problem.dto.js';

interface Refusal {
  /** Of the shared response under `#/components/responses/`. */
  name: string;
  description: string;
  headers?: Record<string, { description: string; schema: object }>;
}

const retryAfter = {
  'Retry-After': {
    description: 'Seconds after which a retry makes sense.',
    schema: { type: 'integer', minimum: 1 },
  },
};

/** The error table of the API, for the documentation: what each status means wherever it occurs. */
export const refusals: Readonly<Record<number, Refusal>> = {
  400: { name: 'Invalid', description: 'The path, the query or the body is not valid.' },
  401: {
    name: 'Unauthenticated',
    description: 'No credentials, or bad ones.',
    headers: { 'WWW-Authenticate': { description: 'The scheme: Bearer.', schema: { type: 'string' } } },
  },
  403: {
    name: 'Forbidden',
    description: 'Not allowed by the role, past a stored quota, or from an origin that is refused.',
  },
  404: { name: 'NotFound', description: "Not there, or another owner's." },
  406: { name: 'NotAcceptable', description: 'The `Accept` header names none of the types of the answer.' },
  409: { name: 'Conflict', description: 'The `Idempotency-Key` came with another body before.' },
  412: { name: 'PreconditionFailed', description: '`If-Match` does not hold.' },
  413: { name: 'TooLarge', description: 'Larger than allowed.' },
  415: { name: 'UnsupportedMediaType', description: 'A body of a type that is not taken here.' },
  416: { name: 'RangeNotSatisfiable', description: 'The range lies outside of the content.' },
  421: { name: 'Misdirected', description: 'This `Host` is not served here.' },
  422: { name: 'Unprocessable', description: 'Well-formed, but it cannot be taken.' },
  429: { name: 'Limited', description: 'Too many at once.', headers: retryAfter },
  503: {
    name: 'Unavailable',
    description: 'It cannot be taken now: a store is down, no worker is alive, or too much is waiting.',
    headers: retryAfter,
  },
};

export const problemContent = {
  'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } },
};

/** A refusal that this operation has for a reason of its own. Those that its shape implies are added by rule. */
export const ApiRefusal = (status: number, description: string): MethodDecorator => {
  const { headers } = refusals[status] ?? {};
  return ApiResponse({ status, description, content: problemContent, ...(headers ? { headers } : {}) });
};
