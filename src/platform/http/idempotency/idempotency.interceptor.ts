import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { StoredResponse } from './idempotency-store.js';
import { Idempotency } from './idempotency.js';
import { bodySha256Of, idempotencyKeyOf, idempotentRouteOf } from './request-fingerprint.js';

export const atomicKey = 'protostar:idempotent-atomic';

@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly idempotency: Idempotency) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const key = idempotencyKeyOf(request);
    if (key === undefined) return next.handle();
    const atomic = Reflect.getMetadata(atomicKey, context.getHandler()) as boolean;
    return from(this.once(request, http.getResponse<FastifyReply>(), { key, atomic }, next));
  }

  private async once(
    request: FastifyRequest,
    reply: FastifyReply,
    { key, atomic }: { key: string; atomic: boolean },
    next: CallHandler,
  ): Promise<unknown> {
    if (!request.caller) throw new Error('No caller on a creating route: it must not be public.');
    const work = async (): Promise<StoredResponse> => {
      const body: unknown = await lastValueFrom(next.handle());
      const location = reply.getHeader('location');
      return { status: reply.statusCode, ...(location ? { location: String(location) } : {}), body };
    };
    const { ownerId } = request.caller;
    const route = idempotentRouteOf(request);
    const response = await this.idempotency.run(
      { ownerId, route, key, atomic, bodySha256: bodySha256Of(request) },
      work,
    );
    if (response.replayed) {
      void reply.code(response.status).header('idempotent-replayed', 'true');
      if (response.location) void reply.header('location', response.location);
    }
    return response.body;
  }
}
