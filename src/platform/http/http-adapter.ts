import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions } from 'fastify';
import type { ServerConfig } from '../config/server.config.js';
import { answerClientError } from './client-error.js';
import { toHttpError } from './errors/problem-error.js';
import { sendProblem } from './errors/send-problem.js';
import { requestIdOf, setStandardHeaders } from './security/standard-headers.js';

/** fastify as this API wants it: every refusal, down to the socket, is ours to word. */
export function createHttpAdapter(config: ServerConfig): FastifyAdapter {
  const options: FastifyHttpOptions<Server> = {
    bodyLimit: config.jsonLimitBytes,
    requestTimeout: config.requestTimeoutMs,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    forceCloseConnections: true,
    trustProxy: config.trustProxy,
    logger: false,
    requestIdHeader: false,
    genReqId: (raw) => requestIdOf(raw.headers),
    // A missing Host is judged by our own hook, which answers with a problem.
    http: { requireHostHeader: false },
    // Longer than a request line can be: ids of any length reach the pipe that words the 400.
    routerOptions: { maxParamLength: 65_536 },
    clientErrorHandler: (error, socket) =>
      answerClientError(error as NodeJS.ErrnoException, socket as Socket),
    frameworkErrors: (error, request, reply) => {
      setStandardHeaders(reply.raw, request.id);
      sendProblem(reply, toHttpError(error));
    },
  };
  const adapter = new FastifyAdapter(options);
  // An Expect that nobody knows may be ignored; Node would answer 417 without a body.
  adapter.getInstance().server.on('checkExpectation', (request, response) => {
    adapter.getInstance().server.emit('request', request, response);
  });
  return adapter;
}
