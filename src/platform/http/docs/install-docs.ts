import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { buildOpenApiDocument } from './open-api-document.js';
import { renderReference } from './reference-page.js';
import { serveSwaggerUi } from './swagger-ui.js';

/** Scripts and styles of our own only; Swagger UI writes style attributes. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** `/docs` (Swagger UI), `/docs/openapi.json` and `/reference`, all served from here, without any other host. */
export function installDocs(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.addHook('onRequest', (request, reply, done) => {
    if (/^\/(docs|reference)(\/|$)/.test(request.routeOptions.url ?? '')) {
      reply.raw.setHeader('content-security-policy', pagePolicy);
    }
    done();
  });
  let built: OpenAPIObject | undefined;
  const document = (): OpenAPIObject => (built ??= buildOpenApiDocument(app));
  serveSwaggerUi(fastify);
  fastify.get('/docs/openapi.json', (_request, reply) => {
    void reply.type('application/json; charset=utf-8').send(JSON.stringify(document()));
  });
  for (const url of ['/reference', '/reference/']) {
    fastify.get(url, (_request, reply) => {
      void reply.type('text/html; charset=utf-8').send(renderReference(document()));
    });
  }
}
