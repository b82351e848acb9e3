import { setTimeout as pause } from 'node:timers/promises';
import type { Problem } from '../shared/problem.js';

/** The server answered with an error. */
export class ServerError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Partial<Problem>,
    readonly retryAfterSeconds: number | null,
  ) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
    this.name = 'ServerError';
  }
}

/** No answer: nobody listens there, or the connection broke. */
export class ConnectionError extends Error {
  constructor(message: string, options: { cause: unknown }) {
    super(message, options);
    this.name = 'ConnectionError';
  }
}

export interface RequestOptions {
  headers?: Record<string, string>;
  json?: unknown;
  body?: RequestInit['body'];
  signal?: AbortSignal;
}

/** One server and the key to it. */
export class Connection {
  constructor(
    readonly url: string,
    private readonly token: string | null = null,
  ) {}

  /**
   * @param path absolute, e.g. `/api/v1/collections`.
   * @throws ServerError when the status is not 2xx; ConnectionError; the signal's reason.
   */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const response = await this.send(method, path, options);
    if (!response.ok) throw await serverErrorOf(response);
    return response;
  }

  async json<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const response = await this.request(method, path, options);
    return (await response.json()) as T;
  }

  private async send(method: string, path: string, options: RequestOptions): Promise<Response> {
    const { json, body, signal } = options;
    const streamed = body === undefined ? {} : { body, duplex: 'half' as const };
    try {
      return await fetch(new URL(path, this.url), {
        method,
        headers: {
          ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...options.headers,
        },
        ...(json === undefined ? streamed : { body: JSON.stringify(json) }),
        signal,
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw new ConnectionError(`${this.url} cannot be reached (${reasonOf(error)}).`, { cause: error });
    }
  }
}

async function serverErrorOf(response: Response): Promise<ServerError> {
  const text = await response.text();
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const isProblem = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  const problem = isProblem ? (JSON.parse(text) as Partial<Problem>) : {};
  return new ServerError(response.status, problem, Number.isFinite(retryAfter) ? retryAfter : null);
}

/** fetch says "fetch failed" and hides the reason in `cause`. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message?: string };
  return cause?.code ?? cause?.message ?? message ?? String(error);
}

/** Waits between two attempts; ends at once when the signal aborts. */
export const pauseFor = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  pause(milliseconds, undefined, { signal });
