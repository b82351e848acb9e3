import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import { Logger } from '../../platform/logging/logger.port.js';
import { toAppError, toProblem } from '../../shared/problem.js';
import { backOffAfter, maxAttempts } from '../domain/ingestion-policy.js';
import { DocumentDispatch } from './document-dispatch.service.js';
import { IndexVersion } from './index-version.service.js';
import { IngestionRepository, type Claim } from './ingestion.repository.js';

/** What becomes of an ingestion that did not get to its end. */
@Injectable()
export class SettleIngestion {
  constructor(
    private readonly ingestion: IngestionRepository,
    private readonly transaction: Transaction,
    private readonly dispatch: DocumentDispatch,
    private readonly index: IndexVersion,
    private readonly logger: Logger,
  ) {}

  /**
   * Another attempt after a back-off when that can help; else the document has failed, with the reason for its
   * owner, and the error goes on to the queue's failed set.
   */
  async settle(claim: Claim, error: unknown): Promise<void> {
    const known = toAppError(error);
    const { documentId, version, attempts, requestId } = claim;
    if (known.retryable && claim.attempts < maxAttempts) {
      this.logger.warn('ingestion.attempt-failed', { documentId, version, attempts, error });
      await this.queueAgain(claim, backOffAfter(attempts, known.retryAfterSeconds));
      return;
    }
    const failed = await this.transaction.run(async () => {
      const held = await this.ingestion.fail(claim, toProblem(error, requestId));
      if (held) await this.dispatch.announceEnd(claim, 'failed');
      return held;
    });
    if (!failed) return;
    // The job's own ids may be another document's.
    this.logger.warn('ingestion.failed', { documentId, version, attempts, code: known.code });
    await this.index.discard(claim);
    throw error;
  }

  /** For a shutdown, which is none of the document's attempts. */
  async handBack(claim: Claim): Promise<void> {
    await this.queueAgain(claim, 0, { uncounted: true });
  }

  private async queueAgain(claim: Claim, delayMs: number, options?: { uncounted: boolean }): Promise<void> {
    await this.transaction.run(async () => {
      const dispatch = await this.ingestion.handBack(claim, delayMs, options);
      if (dispatch !== undefined) await this.dispatch.send({ ...claim, dispatch }, claim.requestId, delayMs);
    });
  }
}
