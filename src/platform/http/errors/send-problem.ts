import type { FastifyReply } from 'fastify';
import type { AppError } from '../../../shared/app-error.js';
import { toProblem } from '../../../shared/problem.js';

const defaultRetryAfterSeconds = 5;

/** Writes the problem with the headers that its status calls for. */
export function sendProblem(reply: FastifyReply, error: AppError): void {
  const problem = toProblem(error, reply.request.id);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="protostar"');
  if (problem.status === 429 || problem.status === 503) {
    void reply.header('retry-after', String(error.retryAfterSeconds ?? defaultRetryAfterSeconds));
  }
  // What a handler had set for its success must not describe the problem.
  for (const name of [
    'content-length',
    'content-disposition',
    'etag',
    'location',
    'content-encoding',
    'accept-ranges',
  ]) {
    void reply.removeHeader(name);
  }
  void reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem));
}
