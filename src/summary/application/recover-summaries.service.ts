import { Injectable } from '@nestjs/common';
import { AppError } from '../../shared/app-error.js';
import { toProblem } from '../../shared/problem.js';
import { maxSummaryAttempts, summaryGaveUp } from './summarise-conversation.service.js';
import { SummaryQueueService } from './summary-queue.service.js';
import { SummaryWorkRepository, type SummaryClaim } from './summary-work.repository.js';

/** A job that has waited this long may be lost; a second one does no harm. */
const queuedPatienceMs = 60_000;

/** Nothing rests in a working state: rows without a live job get one, or fail with a reason. */
@Injectable()
export class RecoverSummariesService {
  constructor(
    private readonly work: SummaryWorkRepository,
    private readonly queue: SummaryQueueService,
  ) {}

  /** @returns how many rows it found. */
  async recover(): Promise<number> {
    const stuck = await this.work.listStuck({ leaseMs: 0, queuedMs: queuedPatienceMs });
    for (const claim of stuck) await this.recoverOne(claim);
    return stuck.length;
  }

  private async recoverOne(claim: SummaryClaim): Promise<void> {
    if (claim.attempts >= maxSummaryAttempts) {
      // Only a running row fails; a queued one has just been asked for again.
      await this.work.fail(claim, toProblem(new AppError(summaryGaveUp), claim.requestId));
    }
    await this.queue.requeue(claim, { delayMs: 0, countsAsAttempt: true });
  }
}
