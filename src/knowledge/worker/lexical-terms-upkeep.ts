import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '../../platform/logging/logger.port.js';
import { PeriodicTask } from '../../platform/queue/periodic-task.js';
import { LexicalUpkeep } from '../application/lexical-upkeep.port.js';

/** A worker of the version before may still write a document: looked for again. Where there is nothing it costs an index look-up. */
const intervalMs = 60_000;
/** Chunks of one transaction: searches on the embedded database wait for it. */
const batchSize = 50;

/** After an upgrade with another tokenizer, has the stored terms made anew beside everything else. */
@Injectable()
export class LexicalTermsUpkeep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task: PeriodicTask;
  private stopping = false;

  constructor(
    private readonly upkeep: LexicalUpkeep,
    private readonly logger: Logger,
  ) {
    this.task = new PeriodicTask(
      { name: 'knowledge.lexical-terms', intervalMs, run: () => this.run() },
      logger,
    );
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.task.stop();
  }

  private async run(): Promise<void> {
    let chunks = 0;
    while (!this.stopping) {
      const done = await this.upkeep.refresh(batchSize);
      if (done === 0) break;
      if (chunks === 0) this.logger.info('lexical-terms.outdated');
      chunks += done;
    }
    if (chunks > 0) this.logger.info('lexical-terms.refreshed', { chunks, whole: !this.stopping });
  }
}
