import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '../../platform/logging/logger.port.js';
import { PeriodicTask } from '../../platform/queue/periodic-task.js';
import { FeedReindexes } from '../application/feed-reindexes.service.js';
import { FollowEmbeddingModel } from '../application/follow-embedding-model.service.js';

/** The workers must not run dry between two looks: with the window, up to 40 documents a second. */
const intervalMs = 500;

@Injectable()
export class ReindexFeed implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task: PeriodicTask;
  private modelFollowed = false;

  constructor(
    private readonly model: FollowEmbeddingModel,
    private readonly feeding: FeedReindexes,
    logger: Logger,
  ) {
    this.task = new PeriodicTask({ name: 'knowledge.reindex', intervalMs, run: () => this.run() }, logger);
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** The model of a process does not change, so once is enough; a look that failed is repeated. */
  private async run(): Promise<void> {
    if (!this.modelFollowed) await this.model.execute();
    this.modelFollowed = true;
    await this.feeding.execute();
  }
}
