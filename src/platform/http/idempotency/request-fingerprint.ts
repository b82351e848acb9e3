import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../../shared/app-error.js';

/** @throws AppError `request.invalid` unless it is 1 to 255 visible ASCII characters. */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && /^[\x21-\x7E]{1,255}$/.test(key)) return key;
  throw new AppError({
    code: 'request.invalid',
    kind: 'invalid',
    message: 'Idempotency-Key must be 1 to 255 visible ASCII characters.',
    errors: [{ path: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' }],
  });
}

/** Method and concrete path, so that the same key on another resource is another request. */
export const idempotentRouteOf = (request: FastifyRequest): string =>
  `${request.method} ${request.url.split('?', 1)[0]}`;

/**
 * SHA-256 of the JSON body with its keys in order. A form streams by and cannot be hashed before it is worked
 * on: its length stands for it, so that a form of another length is refused and one of the same length counts
 * as the same.
 */
export function bodySha256Of(request: FastifyRequest): string {
  const hash = createHash('sha256');
  if (request.headers['content-type']?.toLowerCase().startsWith('multipart/')) {
    return hash.update(`form:${request.headers['content-length'] ?? 'chunked'}`).digest('hex');
  }
  return hash.update(JSON.stringify(inOrder(request.body ?? null))).digest('hex');
}

/** Recursion is safe here: bodies of more than 64 levels were refused when they were parsed. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, child]) => [key, inOrder(child)]);
}
