import { AppError, type ErrorKind, type FieldError } from './app-error.js';

/** RFC 9457 problem details, as clients see it in answers, in `error` fields and in SSE events alike. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  requestId: string | null;
  errors?: FieldError[];
}

/** The one table from error kind to HTTP. */
const statusOf: Record<ErrorKind, { status: number; title: string }> = {
  invalid: { status: 400, title: 'Invalid request' },
  unauthenticated: { status: 401, title: 'Not authenticated' },
  forbidden: { status: 403, title: 'Forbidden' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'not-acceptable': { status: 406, title: 'Not acceptable' },
  conflict: { status: 409, title: 'Conflict' },
  'precondition-failed': { status: 412, title: 'Precondition failed' },
  'too-large': { status: 413, title: 'Too large' },
  unsupported: { status: 415, title: 'Unsupported media type' },
  misdirected: { status: 421, title: 'Misdirected request' },
  unprocessable: { status: 422, title: 'Unprocessable' },
  limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Unavailable' },
};

/** Anything that is no AppError is a defect: its text may carry internals and stays out of what clients see. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError({
    code: 'internal.unexpected',
    kind: 'internal',
    message: 'Something went wrong on our side. The request id leads to the details in the log.',
    retryable: true,
    cause: error,
  });
}

export function toProblem(error: unknown, requestId: string | null): Problem {
  const known = toAppError(error);
  const { status, title } = statusOf[known.kind];
  return {
    type: `urn:protostar:problem:${known.code}`,
    title,
    status,
    detail: known.message,
    code: known.code,
    requestId,
    ...(known.errors ? { errors: known.errors } : {}),
  };
}
