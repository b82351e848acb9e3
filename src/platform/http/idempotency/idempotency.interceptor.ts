import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { StoredResponse } from './idempotency-store.js';
import { Idempotency } from './idempotency.js';
import { replyOnce } from './reply-once.js';
import { bodySha256Of, idempotencyKeyOf } from './request-fingerprint.js';

export const atomicKey = 'protostar:idempotent-atomic';

@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly idempotency: Idempotency) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (idempotencyKeyOf(request) === undefined) return next.handle();
    const atomic = Reflect.getMetadata(atomicKey, context.getHandler()) as boolean;
    const options = { atomic, bodySha256: bodySha256Of(request) };
    const work = async (): Promise<StoredResponse> => {
      const body: unknown = await lastValueFrom(next.handle());
      const location = reply.getHeader('location');
      return { status: reply.statusCode, ...(location ? { location: String(location) } : {}), body };
    };
    return from(replyOnce(this.idempotency, { request, reply }, options, work));
  }
}
