import 'reflect-metadata';
import { Injectable, RequestMethod, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../shared/app-error.js';
import { accepts } from './accepts.js';

/** Keys under which Nest and its Swagger package keep what the decorators said. */
const argumentsKey = '__routeArguments__';
const producesKey = 'swagger/apiProduces';
const consumesKey = 'swagger/apiConsumes';
const argumentKinds = { request: '0', body: '3', query: '4' };

/**
 * What a handler declares is all it takes: query fields and a body that it does not name are refused, a form
 * where none is declared (`@ApiConsumes`) is 415, and an `Accept` that none of its types (`@ApiProduces`,
 * default JSON) satisfies is 406. DTOs judge the rest.
 */
@Injectable()
export class RequestShapeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const handler = context.getHandler();
    const declared = argumentsOf(context.getClass(), handler.name);
    assertAcceptable(
      request,
      (Reflect.getMetadata(producesKey, handler) as string[]) ?? ['application/json'],
    );
    assertQuery(request, declared);
    assertBody(request, declared, (Reflect.getMetadata(consumesKey, handler) as string[]) ?? []);
    return true;
  }
}

interface DeclaredArgument {
  kind: string;
  /** `@Query('name')`; undefined for a whole DTO. */
  field?: string;
}

function argumentsOf(controller: object, handler: string): DeclaredArgument[] {
  const metadata = (Reflect.getMetadata(argumentsKey, controller, handler) ?? {}) as Record<
    string,
    { data?: unknown }
  >;
  return Object.entries(metadata).map(([key, { data }]) => ({
    kind: key.split(':')[0] ?? '',
    ...(typeof data === 'string' ? { field: data } : {}),
  }));
}

function assertAcceptable(request: FastifyRequest, produced: string[]): void {
  // A deletion answers with nothing, which everyone accepts.
  if (request.method === RequestMethod[RequestMethod.DELETE] || accepts(request.headers.accept, produced))
    return;
  throw new AppError({
    code: 'request.not-acceptable',
    kind: 'not-acceptable',
    message: `This path answers with ${produced.join(', ')}, which the Accept header does not name.`,
  });
}

function assertQuery(request: FastifyRequest, declared: DeclaredArgument[]): void {
  const queries = declared.filter(({ kind }) => kind === argumentKinds.query);
  if (queries.some(({ field }) => field === undefined)) return;
  const unknown = Object.keys(request.query as object).filter(
    (name) => !queries.some(({ field }) => field === name),
  );
  if (unknown.length > 0) throw unknownFields(unknown, 'the query');
}

function assertBody(request: FastifyRequest, declared: DeclaredArgument[], consumed: string[]): void {
  if (request.headers['content-type']?.toLowerCase().startsWith('multipart/')) {
    if (consumed.some((type) => type.startsWith('multipart/'))) return;
    throw new AppError({
      code: 'request.unsupported-media-type',
      kind: 'unsupported',
      message: 'This path takes no form: send application/json.',
    });
  }
  const takesBody = declared.some(
    ({ kind }) => kind === argumentKinds.body || kind === argumentKinds.request,
  );
  if (takesBody || typeof request.body !== 'object' || request.body === null) return;
  const fields = Object.keys(request.body);
  if (fields.length > 0) throw unknownFields(fields, 'the body');
}

function unknownFields(names: string[], where: string): AppError {
  return new AppError({
    code: 'request.invalid',
    kind: 'invalid',
    message: `The request is not valid: ${where} holds fields that are not known here.`,
    errors: names
      .slice(0, 50)
      .map((name) => ({ path: `/${name.slice(0, 200)}`, message: 'is not known here' })),
  });
}
