import { Global, Module } from '@nestjs/common';
import { EventLoopDelay } from '../runtime/event-loop-delay.port.js';
import { MonitoredEventLoopDelay } from '../runtime/monitored-event-loop-delay.js';
import { IdempotencyStore } from './idempotency/idempotency-store.js';
import { IdempotencySweep } from './idempotency/idempotency-sweep.js';
import { Idempotency } from './idempotency/idempotency.js';

/** What controllers of every feature share. Only the API instance imports it. */
@Global()
@Module({
  providers: [
    Idempotency,
    IdempotencyStore,
    IdempotencySweep,
    { provide: EventLoopDelay, useClass: MonitoredEventLoopDelay },
  ],
  exports: [Idempotency, EventLoopDelay],
})
export class HttpPlatformModule {}
