import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '../logging/logger.port.js';
import { OutboxJobDispatcher } from './outbox-job-dispatcher.js';
import { PeriodicTask } from './periodic-task.js';

const intervalMs = 1_000;

/** Runs in every worker instance. */
@Injectable()
export class OutboxSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task: PeriodicTask;

  constructor(dispatcher: OutboxJobDispatcher, logger: Logger) {
    const run = async (): Promise<void> => {
      const swept = await dispatcher.sweep();
      if (swept > 0) logger.info('outbox.swept', { jobs: swept });
    };
    this.task = new PeriodicTask({ name: 'outbox.sweep', intervalMs, run }, logger);
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }
}
