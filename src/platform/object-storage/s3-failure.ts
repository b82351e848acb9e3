import { AppError } from '../../shared/app-error.js';
import { objectNotFound } from './object-not-found.js';
import { S3BusyError } from './s3-transport.js';

const brokenConnections = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN']);
const missingObjects = new Set(['NoSuchKey', 'NotFound']);

/**
 * What went wrong between us and the store, without what servers add to an error: it repeats the signature and the
 * access key.
 */
export class S3Failure extends Error {
  private constructor(
    message: string,
    /** Of S3, such as `NoSuchKey`. */
    readonly code: string | undefined,
    /** The same request may work in a moment. */
    readonly passing: boolean,
  ) {
    super(message);
    this.name = 'S3Failure';
  }

  /** @param status of the last answer, if there was one. */
  static of(operation: string, error: unknown, status: number | undefined): S3Failure {
    // What the client throws carries `code`; a refusal within a 200 is the parsed XML itself.
    const found = (error ?? {}) as { code?: unknown; Code?: unknown; message?: unknown; Message?: unknown };
    const code = textOf(found.code ?? found.Code);
    const reason = textOf(found.message ?? found.Message) ?? String(error);
    const context = [code, status !== undefined && status >= 300 ? `HTTP ${status}` : undefined];
    const message = [`S3 ${operation}`, ...context.filter(Boolean), reason].join(': ');
    const passing = error instanceof S3BusyError || (code !== undefined && brokenConnections.has(code));
    return new S3Failure(message, code, passing);
  }

  /** As features know it. */
  toAppError(): AppError {
    if (this.code !== undefined && missingObjects.has(this.code)) return objectNotFound(this);
    return storeUnavailable(this);
  }
}

export const storeUnavailable = (cause: unknown): AppError =>
  new AppError({
    code: 'object-store.unavailable',
    kind: 'unavailable',
    message: 'The object store cannot be reached or failed.',
    cause,
  });

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
