import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import { IndexTurnsService } from './index-turns.service.js';
import { ClaimLostError, leaseMs } from './summary-lease.js';
import { SummaryWorkRepository, type SummaryClaim } from './summary-work.repository.js';
import { SummaryRepository, type StoredSummary } from './summary.repository.js';
import type { Turn } from './transcript-source.port.js';

/** Enough for the branches that people go back to; older ones are condensed anew when they grow again. */
const keptSummaries = 20;

@Injectable()
export class SaveSummaryService {
  constructor(
    private readonly summaries: SummaryRepository,
    private readonly work: SummaryWorkRepository,
    private readonly indexing: IndexTurnsService,
    private readonly transaction: Transaction,
  ) {}

  /**
   * Swaps the summary in, at once, together with the index of what it newly covers, if the claim still holds.
   * @param batch the turns that it covers and the one before did not
   * @throws ClaimLostError, and what the embedder throws
   */
  async save(claim: SummaryClaim, summary: StoredSummary, batch: Turn[], signal: AbortSignal): Promise<void> {
    const { ownerId, conversationId, excludedUntil } = claim;
    const before = summary.coveredMessageIds.at(-1 - batch.length);
    const covered = await this.indexing.prepare(ownerId, before, batch, signal);
    await this.transaction.run(async () => {
      if (!(await this.work.recordProgress(claim, leaseMs))) throw new ClaimLostError();
      await this.summaries.save(ownerId, conversationId, summary);
      await this.indexing.save(ownerId, conversationId, covered);
      await this.summaries.prune(ownerId, conversationId, excludedUntil, keptSummaries);
    });
  }
}
