import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '../../logging/logger.port.js';
import { PeriodicTask } from '../../queue/periodic-task.js';
import { IdempotencyStore } from './idempotency-store.js';

/** Expired keys already count as absent; this keeps the table small. */
@Injectable()
export class IdempotencySweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task: PeriodicTask;

  constructor(store: IdempotencyStore, logger: Logger) {
    this.task = new PeriodicTask(
      {
        name: 'idempotency.sweep',
        intervalMs: 3_600_000,
        run: async () => {
          await store.removeExpired();
        },
      },
      logger,
    );
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
  }
}
