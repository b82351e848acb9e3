import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import { crashPoint } from '../../shared/crash-point.js';
import { DocumentDispatch } from './document-dispatch.service.js';
import { ReindexRepository, type ReindexRun } from './reindex.repository.js';

/** So many of a run wait or are in work: what its owner uploads meanwhile stands behind no more than these. */
const window = 20;

/**
 * Gives the workers the documents of a run, a few at a time. Called again and again; the rows say what is left, so that
 * it goes on after a kill, and it matters little which worker does it.
 */
@Injectable()
export class FeedReindexes {
  constructor(
    private readonly reindexes: ReindexRepository,
    private readonly transaction: Transaction,
    private readonly dispatch: DocumentDispatch,
  ) {}

  async execute(): Promise<void> {
    for (const run of await this.reindexes.listUnfinished()) await this.feed(run);
  }

  private async feed(run: ReindexRun): Promise<void> {
    await this.transaction.run(async () => {
      for (const queued of await this.reindexes.queueNext(run, window)) {
        await this.dispatch.send({ ...queued, collectionId: run.collectionId, dispatch: 0 }, null);
      }
      crashPoint('knowledge.before-feed');
    });
    crashPoint('knowledge.after-feed');
  }
}
