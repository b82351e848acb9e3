import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { MetricsRegistry } from '../health/metrics-registry.js';
import { Logger } from '../logging/logger.port.js';

const quiet = new Set(['/health/live', '/health/ready', '/metrics']);

/** One line and one measurement at the end of each request: the route's pattern, never the URL or a body. */
export function observeRequests(fastify: FastifyInstance, app: NestFastifyApplication): void {
  const logger = app.get(Logger);
  const duration = app.get(MetricsRegistry).histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request line to the end of the answer, event streams excluded.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? '(none)';
    const status = reply.raw.statusCode;
    const streamed = String(reply.raw.getHeader('content-type') ?? '').startsWith('text/event-stream');
    if (!streamed) {
      duration.observe({ method: request.method, route, status: String(status) }, reply.elapsedTime / 1000);
    }
    logger[quiet.has(route) ? 'debug' : 'info']('request.completed', {
      method: request.method,
      route,
      status,
      durationMs: Math.round(reply.elapsedTime),
      requestId: request.id,
      ownerId: request.caller?.ownerId,
    });
    done();
  });
}
