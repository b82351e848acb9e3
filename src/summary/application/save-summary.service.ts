import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import { ClaimLostError, leaseMs } from './summary-lease.js';
import { SummaryWorkRepository, type SummaryClaim } from './summary-work.repository.js';
import { SummaryRepository, type StoredSummary } from './summary.repository.js';

/** Enough for the branches that people go back to; older ones are condensed anew when they grow again. */
const keptSummaries = 20;

@Injectable()
export class SaveSummaryService {
  constructor(
    private readonly summaries: SummaryRepository,
    private readonly work: SummaryWorkRepository,
    private readonly transaction: Transaction,
  ) {}

  /**
   * Swaps the summary in, at once, if the claim still holds.
   * @throws ClaimLostError
   */
  async save(claim: SummaryClaim, summary: StoredSummary): Promise<void> {
    const { ownerId, conversationId, excludedUntil } = claim;
    await this.transaction.run(async () => {
      if (!(await this.work.recordProgress(claim, leaseMs))) throw new ClaimLostError();
      await this.summaries.save(ownerId, conversationId, summary);
      await this.summaries.prune(ownerId, conversationId, excludedUntil, keptSummaries);
    });
  }
}
