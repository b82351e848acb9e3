import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { completeOperation, type Route } from './complete-operation.js';
import { ProblemDto } from './problem.dto.js';
import { problemContent, refusals } from './refusals.js';
import { hoistMarked, withClientNames } from './schema-components.js';

const description = `Documents in, streamed and cited answers out.

Lists come newest first in pages: \`nextCursor\` of one page is the \`cursor\` of the next, null at the end. Unknown fields are refused. \`PATCH\` is JSON Merge Patch: what is left out stays, null clears. Times are ISO-8601 in UTC, ids UUIDs.

Every refusal and failure is a Problem (\`application/problem+json\`): \`code\` is stable, \`errors\` names the faults of what was sent. Every answer carries \`X-Request-Id\`, your own if you send one.

Event streams work with \`EventSource\`, which reconnects by itself with \`Last-Event-ID\`; where headers cannot be sent, a ticket in the query stands for the key.`;

/** OpenAPI 3.1: what the controllers' decorators say, and what follows from the shape of each route. */
export function buildOpenApiDocument(app: INestApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Protostar')
    .setDescription(description)
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addSecurity('bearer', {
      type: 'http',
      scheme: 'bearer',
      description:
        'A key made by `npm run key`, with AUTH_MODE=token. With AUTH_MODE=none nothing is needed.',
    })
    .addSecurity('ticket', {
      type: 'apiKey',
      in: 'query',
      name: 'ticket',
      description: 'As in the `url` that `POST /api/v1/tickets` answers with.',
    })
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, settings, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
    extraModels: [ProblemDto],
  });
  hoistMarked(document);
  for (const route of routesOf(document)) completeOperation(route);
  document.components!.responses = sharedResponses();
  return withClientNames(document);
}

const sharedResponses = () => ({
  ...Object.fromEntries(
    Object.values(refusals).map(({ name, ...response }) => [name, { ...response, content: problemContent }]),
  ),
  Problem: { description: 'Any other refusal or failure.', content: problemContent },
});

const methods = ['get', 'put', 'post', 'patch', 'delete'] as const;

export const routesOf = (document: OpenAPIObject): Route[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ method: method.toUpperCase(), path, operation }] : [];
    }),
  );
