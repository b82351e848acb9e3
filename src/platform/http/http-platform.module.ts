import { Global, Module } from '@nestjs/common';
import { IdempotencyStore } from './idempotency/idempotency-store.js';
import { IdempotencySweep } from './idempotency/idempotency-sweep.js';
import { Idempotency } from './idempotency/idempotency.js';

/** What controllers of every feature share. Only the API instance imports it. */
@Global()
@Module({
  providers: [Idempotency, IdempotencyStore, IdempotencySweep],
  exports: [Idempotency],
})
export class HttpPlatformModule {}
