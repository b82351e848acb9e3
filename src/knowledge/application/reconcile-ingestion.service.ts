import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import { Logger } from '../../platform/logging/logger.port.js';
import { toProblem } from '../../shared/problem.js';
import { maxAttempts } from '../domain/ingestion-policy.js';
import { ingestionGivenUp } from '../domain/knowledge-errors.js';
import { DocumentDispatch } from './document-dispatch.service.js';
import { IngestionRepository, type StrandedAfter, type StrandedVersion } from './ingestion.repository.js';

/**
 * A queue that lost its jobs is noticed after a minute of standstill; one that is busy is trusted for a quarter
 * of an hour, since every re-dispatch of a row that merely waits its turn is a wasted job. A claim that has run out
 * has had its grace: the lease outlives three renewals.
 */
const strandedAfter: StrandedAfter = { idleSeconds: 60, busySeconds: 900, expiredSeconds: 0 };
const perRun = 100;

/** Nothing rests in a working state: what has no live job gets one, or fails with the reason. */
@Injectable()
export class ReconcileIngestion {
  constructor(
    private readonly ingestion: IngestionRepository,
    private readonly transaction: Transaction,
    private readonly dispatch: DocumentDispatch,
    private readonly logger: Logger,
  ) {}

  /** @returns how many were sent on their way again or given up. */
  async execute(after: StrandedAfter = strandedAfter): Promise<number> {
    let settled = 0;
    for (const stranded of await this.ingestion.listStranded(after, perRun)) {
      if (await this.transaction.run(() => this.recover(stranded, after))) settled++;
    }
    return settled;
  }

  private async recover(stranded: StrandedVersion, after: StrandedAfter): Promise<boolean> {
    const { documentId, version, collectionId, attempts } = stranded;
    if (attempts >= maxAttempts) {
      const problem = toProblem(ingestionGivenUp(attempts), null);
      if (!(await this.ingestion.failStranded(stranded, after, problem))) return false;
      this.logger.warn('ingestion.given-up', { documentId, version, attempts });
      await this.dispatch.announceEnd(stranded, 'failed');
      return true;
    }
    const dispatch = await this.ingestion.requeueStranded(stranded, after);
    if (dispatch === undefined) return false;
    this.logger.info('ingestion.requeued', { documentId, version, attempts });
    await this.dispatch.send({ documentId, collectionId, version, dispatch }, null);
    return true;
  }
}
