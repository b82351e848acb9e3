import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '../../platform/logging/logger.port.js';
import { PeriodicTask } from '../../platform/queue/periodic-task.js';
import { FeedReindexes } from '../application/feed-reindexes.service.js';

/** The workers must not run dry between two looks: with the window, up to 40 documents a second. */
const intervalMs = 500;

@Injectable()
export class ReindexFeed implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task: PeriodicTask;

  constructor(feeding: FeedReindexes, logger: Logger) {
    this.task = new PeriodicTask(
      { name: 'knowledge.reindex', intervalMs, run: () => feeding.execute() },
      logger,
    );
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }
}
