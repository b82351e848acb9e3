/** What went wrong, in the domain's words; `shared/problem.ts` alone knows the HTTP status of each. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'not-acceptable'
  | 'conflict'
  | 'precondition-failed'
  | 'too-large'
  | 'unsupported'
  | 'misdirected'
  | 'unprocessable'
  | 'limited'
  | 'unavailable'
  | 'internal';

/** One fault of the input. `path` is a JSON Pointer (RFC 6901) into the body, or into the parameters by name. */
export interface FieldError {
  path: string;
  message: string;
}

export interface AppErrorDetails {
  /** Stable and dotted, e.g. `knowledge.document-not-found`. Part of the public contract. */
  code: string;
  kind: ErrorKind;
  /** One sentence for the caller: what is wrong and what would fix it. Shown to clients; never a secret. */
  message: string;
  /** True when the same work may succeed later without any change of its input. */
  retryable?: boolean;
  /** Seconds after which a retry makes sense (`Retry-After`). */
  retryAfterSeconds?: number;
  errors?: FieldError[];
  cause?: unknown;
}

/** The only error type that features throw on purpose; anything else is a defect and becomes `internal`. */
export class AppError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly retryable: boolean;
  readonly retryAfterSeconds?: number;
  readonly errors?: FieldError[];

  constructor(details: AppErrorDetails) {
    super(details.message, { cause: details.cause });
    this.name = 'AppError';
    this.code = details.code;
    this.kind = details.kind;
    this.retryable = details.retryable ?? (details.kind === 'unavailable' || details.kind === 'limited');
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.errors = details.errors;
  }
}
