import multipart from '@fastify/multipart';
import { ValidationPipe } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../shared/app-error.js';
import { AuthConfig } from '../config/auth.config.js';
import { ServerConfig } from '../config/server.config.js';
import { Logger } from '../logging/logger.port.js';
import { runInRequestContext } from '../logging/request-context.js';
import { Authenticator } from './authenticator.port.js';
import { ProblemFilter } from './errors/problem.filter.js';
import { toValidationError } from './errors/validation-error.js';
import { takeOnlyJson, unusableNames } from './json-body.js';
import { observeRequests } from './observe-requests.js';
import { RequestShapeGuard } from './request-shape.guard.js';
import { RouteTable } from './route-table.js';
import { authorizeRequest } from './security/authorize-request.js';
import { answerCors } from './security/cors.js';
import { setStandardHeaders } from './security/standard-headers.js';
import { assertNotFromWebPage } from './security/web-page-defence.js';

/** Everything between the socket and a controller. Call it before `app.init()`, which registers the routes. */
export async function installHttpPlatform(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const logger = app.get(Logger);
  const routes = new RouteTable();
  fastify.addHook('onRoute', ({ url, method }) => routes.add(url, [method].flat()));
  takeOnlyJson(fastify);
  await app.register(multipart, {
    // How large a file may be is judged where it is stored, as it streams.
    limits: {
      fieldNameSize: 200,
      fieldSize: 262_144,
      fields: 20,
      files: 100,
      parts: 120,
      fileSize: Infinity,
    },
  });
  installHooks(fastify, app);
  observeRequests(fastify, app);
  app.useGlobalFilters(new ProblemFilter(logger, routes));
  app.useGlobalGuards(new RequestShapeGuard());
  app.useGlobalPipes(
    new ValidationPipe({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      // Both are needed to find the element of a list that is wrong; neither is sent.
      validationError: { target: true, value: true },
      exceptionFactory: toValidationError,
    }),
  );
}

function installHooks(fastify: FastifyInstance, app: NestFastifyApplication): void {
  const server = app.get(ServerConfig);
  const { mode } = app.get(AuthConfig);
  const authenticator = app.get(Authenticator);
  const settings = {
    allowedHosts: server.allowedHosts.map((host) => host.toLowerCase()),
    corsOrigins: server.corsOrigins.map((origin) => origin.toLowerCase()),
  };
  fastify.addHook('onRequest', (request, reply, done) => {
    setStandardHeaders(reply.raw, request.id);
    runInRequestContext({ requestId: request.id }, done);
  });
  fastify.addHook('onRequest', async (request, reply) => {
    if (mode === 'none') assertNotFromWebPage(inspected(request), settings);
    if (answerCors(request, reply, settings.corsOrigins)) return reply;
    assertReadable(request);
    await authorizeRequest(request, authenticator);
    return undefined;
  });
  // Reading a body leaves the async context of the hook above: node's parser calls back outside of it.
  fastify.addHook('preValidation', (request: FastifyRequest, _reply: FastifyReply, done) => {
    runInRequestContext({ requestId: request.id }, done);
  });
}

const inspected = (request: FastifyRequest) => ({
  method: request.method,
  route: request.routeOptions.url,
  protocol: request.protocol,
  headers: request.headers,
});

function assertReadable(request: FastifyRequest): void {
  if (/%00/.test(request.url)) {
    throw new AppError({
      code: 'request.invalid',
      kind: 'invalid',
      message: 'The URL holds a NUL character.',
    });
  }
  if (Object.keys(request.query as object).some((name) => unusableNames.has(name))) {
    throw new AppError({
      code: 'request.invalid',
      kind: 'invalid',
      message: 'The query has a name that is not allowed.',
    });
  }
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new AppError({
      code: 'request.unsupported-media-type',
      kind: 'unsupported',
      message: 'Encoded bodies are not taken: send it without Content-Encoding.',
    });
  }
}
