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
    errors: [{ path: '/Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' }],
  });
}

/** Method and concrete path, so that the same key on another resource is another request. */
export const idempotentRouteOf = (request: FastifyRequest): string =>
  `${request.method} ${request.url.split('?', 1)[0]}`;

/** SHA-256 of the JSON body with its keys in order. A form streams by: who reads it knows what was in it. */
export const bodySha256Of = (request: FastifyRequest): string => sha256Of(request.body ?? null);

/** SHA-256 of a JSON value, whatever the order of its keys. */
export const sha256Of = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(inOrder(value)))
    .digest('hex');

/** Recursion is safe here: bodies of more than 64 levels were refused when they were parsed. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, child]) => [key, inOrder(child)]);
}
