import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

const problemSchema = {
  type: 'object',
  description: 'RFC 9457 problem details.',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
  properties: {
    type: { type: 'string', description: '`urn:protostar:problem:<code>`' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'Stable and dotted, e.g. `request.invalid`.' },
    requestId: { type: ['string', 'null'] },
    errors: {
      type: 'array',
      description: 'On 400.',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string', description: 'JSON Pointer' }, message: { type: 'string' } },
      },
    },
  },
} as const;

const problemResponse = {
  description: 'Any refusal or failure.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** OpenAPI 3.1, from the controllers' decorators. Every operation may answer with a Problem. */
export function buildOpenApiDocument(app: INestApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Protostar')
    .setDescription('Documents in, streamed and cited answers out.')
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'With AUTH_MODE=token.' })
    .build();
  const document = SwaggerModule.createDocument(app, settings, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
  document.components ??= {};
  document.components.schemas = {
    ...document.components.schemas,
    Problem: problemSchema as unknown as NonNullable<typeof document.components.schemas>[string],
  };
  for (const operation of operationsOf(document)) {
    operation.responses = { ...operation.responses, default: problemResponse };
  }
  return document;
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const methods = ['get', 'put', 'post', 'patch', 'delete'] as const;

const operationsOf = (document: OpenAPIObject): Operation[] =>
  Object.values(document.paths).flatMap((item) =>
    methods.map((method) => item[method]).filter((operation) => operation !== undefined),
  );
