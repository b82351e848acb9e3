import { AppError } from '../../shared/app-error.js';

/** What the OpenAI client and undici put on their errors. */
interface UpstreamError {
  name?: string;
  message?: string;
  status?: number;
  code?: string | null;
  headers?: { get(name: string): string | null } | Record<string, string | undefined>;
  cause?: unknown;
}

export const modelUnavailable = (message: string, details: Partial<AppError> = {}): AppError =>
  new AppError({
    code: 'model.unavailable',
    kind: 'unavailable',
    message,
    retryable: details.retryable ?? true,
    retryAfterSeconds: details.retryAfterSeconds,
    cause: details.cause,
  });

export const invalidAnswer = (cause?: unknown): AppError =>
  new AppError({
    code: 'model.invalid-answer',
    kind: 'unavailable',
    retryable: false,
    message: 'The language model gave an answer that cannot be used.',
    cause,
  });

export const refused = (): AppError =>
  new AppError({
    code: 'model.refused',
    kind: 'unprocessable',
    message: 'The language model refused to answer.',
  });

const misconfigured = (cause: unknown): AppError =>
  new AppError({
    code: 'model.misconfigured',
    kind: 'unavailable',
    retryable: false,
    message: 'The language model server refused our request: its key, address or model name is not right.',
    cause,
  });

const tooLong = (cause: unknown): AppError =>
  new AppError({
    code: 'model.misconfigured',
    kind: 'unavailable',
    retryable: false,
    message: 'The prompt is longer than the language model takes: CONTEXT_TOKENS is set too high for it.',
    cause,
  });

const headerOf = (headers: UpstreamError['headers'], name: string): string | null => {
  if (!headers) return null;
  if (typeof headers.get === 'function') return (headers as { get(name: string): string | null }).get(name);
  return (headers as Record<string, string | undefined>)[name] ?? null;
};

/** Seconds, or an HTTP date. */
export const retryAfterOf = (headers: UpstreamError['headers'], now = Date.now()): number | undefined => {
  const value = headerOf(headers, 'retry-after');
  if (value === null) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : (Date.parse(value) - now) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
};

/** The one place that decides which upstream failures may pass by themselves. */
export const toModelError = (error: unknown): AppError => {
  if (error instanceof AppError) return error;
  const upstream = (error ?? {}) as UpstreamError;
  const { status, code } = upstream;
  const retryAfterSeconds = retryAfterOf(upstream.headers);
  if (upstream.name === 'ContextOverflowError' || code === 'context_length_exceeded') return tooLong(error);
  if (error instanceof SyntaxError) return invalidAnswer(error);
  if (status === 429) {
    const retryable = code !== 'insufficient_quota';
    return modelUnavailable('The language model server is busy.', {
      retryable,
      retryAfterSeconds,
      cause: error,
    });
  }
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 409) {
    return misconfigured(error);
  }
  return modelUnavailable('The language model server cannot be reached or failed.', {
    retryAfterSeconds,
    cause: error,
  });
};
