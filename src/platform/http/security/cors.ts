import type { FastifyReply, FastifyRequest } from 'fastify';

const allowedHeaders = 'Authorization, Content-Type, Last-Event-ID, Idempotency-Key, If-Match, X-Request-Id';
const exposedHeaders = 'Location, ETag, Retry-After, X-Request-Id, Content-Disposition';
const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const preflightSeconds = '600';

/**
 * Grants a listed origin; says nothing to any other. Headers go on the raw response, so that streams carry them.
 * @returns true when this was a preflight and has been answered.
 */
export function answerCors(
  request: FastifyRequest,
  reply: FastifyReply,
  origins: readonly string[],
): boolean {
  if (origins.length === 0) return false;
  reply.raw.setHeader('vary', 'Origin');
  const { origin } = request.headers;
  if (!origin || !origins.includes(origin.toLowerCase())) return false;
  reply.raw.setHeader('access-control-allow-origin', origin);
  reply.raw.setHeader('cross-origin-resource-policy', 'cross-origin');
  if (request.method !== 'OPTIONS' || !request.headers['access-control-request-method']) {
    reply.raw.setHeader('access-control-expose-headers', exposedHeaders);
    return false;
  }
  void reply
    .code(204)
    .headers({
      'access-control-allow-methods': allowedMethods,
      'access-control-allow-headers': allowedHeaders,
      'access-control-max-age': preflightSeconds,
    })
    .send();
  return true;
}
