import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { ApiIdempotencyKey } from '../docs/api-headers.js';
import { IdempotencyInterceptor, atomicKey } from './idempotency.interceptor.js';

/**
 * On every creating POST: honours `Idempotency-Key`. A handler that answers through its own raw reply calls the
 * service `Idempotency` itself instead.
 * @param options.atomic the handler's work and the record of its response commit together. For handlers that
 * only write to the database.
 */
export const Idempotent = (options: { atomic?: boolean } = {}): MethodDecorator =>
  applyDecorators(
    SetMetadata(atomicKey, options.atomic ?? false),
    UseInterceptors(IdempotencyInterceptor),
    ApiIdempotencyKey(),
  );
