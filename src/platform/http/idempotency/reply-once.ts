import type { FastifyReply, FastifyRequest } from 'fastify';
import { crashPoint } from '../../../shared/crash-point.js';
import type { Idempotency } from './idempotency.js';
import type { StoredResponse } from './idempotency-store.js';
import { idempotencyKeyOf, idempotentRouteOf } from './request-fingerprint.js';

export interface OnceOptions {
  /** What tells this request from another with the same key. */
  bodySha256: string;
  atomic: boolean;
}

/**
 * Does the work, or not again when the request's `Idempotency-Key` says that it was done.
 * @returns the body to send; status and headers are on the reply.
 */
export async function replyOnce(
  idempotency: Idempotency,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  options: OnceOptions,
  work: () => Promise<StoredResponse>,
): Promise<unknown> {
  const { caller } = request;
  if (!caller) throw new Error('No caller on a creating route: it must not be public.');
  const key = idempotencyKeyOf(request);
  const response =
    key === undefined
      ? { ...(await work()), replayed: false }
      : await idempotency.run(
          { ownerId: caller.ownerId, route: idempotentRouteOf(request), key, ...options },
          work,
        );
  crashPoint('api.before-answer');
  void reply.code(response.status);
  if (response.replayed) void reply.header('idempotent-replayed', 'true');
  if (response.location) void reply.header('location', response.location);
  return response.body;
}
