import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { html } from '../html.js';

const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const assets: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const page = html`<!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <title>Protostar API</title>
      <link rel="stylesheet" href="/docs/swagger-ui.css" />
      <link rel="icon" type="image/png" href="/docs/favicon-32x32.png" />
    </head>
    <body>
      <div id="swagger-ui"></div>
      <script src="/docs/swagger-ui-bundle.js"></script>
      <script src="/docs/start.js"></script>
    </body>
  </html>`.text;

/** A file of its own, so that the page needs no inline script. */
const startScript = `SwaggerUIBundle({
  url: '/docs/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
});
`;

/** Swagger UI from the installed package: a handful of fixed files, read once, no other host. */
export function serveSwaggerUi(fastify: FastifyInstance): void {
  for (const url of ['/docs', '/docs/']) {
    fastify.get(url, (_request, reply) => {
      void reply.type('text/html; charset=utf-8').send(page);
    });
  }
  fastify.get('/docs/start.js', (_request, reply) => {
    void reply.type('text/javascript; charset=utf-8').send(startScript);
  });
  for (const [name, type] of Object.entries(assets)) {
    const content = readFileSync(join(folder, name));
    fastify.get(`/docs/${name}`, (_request, reply) => {
      void reply.type(type).header('cache-control', 'private, max-age=3600').send(content);
    });
  }
}
