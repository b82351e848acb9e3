import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import { AppError, type AppErrorDetails } from '../../shared/app-error.js';
import { crashPoint } from '../../shared/crash-point.js';
import { toAppError, toProblem } from '../../shared/problem.js';
import { CondensePathService } from './condense-path.service.js';
import type { SummariseConversationPayload } from './summarise-conversation.job.js';
import { ClaimLostError, leaseMs, SummaryLease } from './summary-lease.js';
import { SummaryQueueService } from './summary-queue.service.js';
import { SummaryWorkRepository, type SummaryClaim, type SummaryIntent } from './summary-work.repository.js';
import { TranscriptSource, type Turn } from './transcript-source.port.js';

export const maxSummaryAttempts = 3;

export const summaryGaveUp: AppErrorDetails = {
  code: 'summary.gave-up',
  kind: 'internal',
  message:
    'The summary could not be made in three attempts. The earlier one stays; POST …/memory tries again.',
  retryable: false,
};

@Injectable()
export class SummariseConversationService {
  constructor(
    private readonly transcripts: TranscriptSource,
    private readonly work: SummaryWorkRepository,
    private readonly condensing: CondensePathService,
    private readonly queue: SummaryQueueService,
    private readonly transaction: Transaction,
  ) {}

  /**
   * Condenses every path of the conversation that waits. May run twice: who has no claim does nothing.
   * @param signal aborts on shutdown: the row is queued again.
   * @throws what stopped the work, once the row says so.
   */
  async execute(payload: SummariseConversationPayload, signal: AbortSignal): Promise<void> {
    const claim = await this.work.claim(payload.ownerId, payload.conversationId, leaseMs);
    if (!claim) return;
    crashPoint('summary.after-claim');
    if (claim.attempts > maxSummaryAttempts) throw await this.giveUp(claim, new AppError(summaryGaveUp));
    const lease = new SummaryLease(this.work, claim);
    const stop = AbortSignal.any([signal, lease.signal]);
    try {
      await this.workThrough(claim, stop);
    } catch (error) {
      const lost = error instanceof ClaimLostError || lease.signal.reason instanceof ClaimLostError;
      if (lost) return;
      if (signal.aborted) await this.queue.requeue(claim, { delayMs: 0, countsAsAttempt: false });
      else throw await this.afterFailure(claim, error);
    } finally {
      await lease.end();
    }
  }

  private async workThrough(claim: SummaryClaim, signal: AbortSignal): Promise<void> {
    const next = (): Promise<SummaryIntent | undefined> =>
      this.transaction.run(() => this.work.nextIntent(claim));
    for (let intent = await next(); intent; intent = await next()) {
      const turns = await this.turnsOf(claim, intent);
      await this.condensing.condense(claim, turns, intent.forced, signal);
      signal.throwIfAborted();
      await this.work.settle(claim, intent);
    }
  }

  /** None when the path's leaf has been deleted since. */
  private async turnsOf(claim: SummaryClaim, intent: SummaryIntent): Promise<Turn[]> {
    try {
      return (await this.transcripts.path(claim.ownerId, claim.conversationId, intent.leafId)).turns;
    } catch (error) {
      if (error instanceof AppError && error.code === 'chat.message-not-found') return [];
      if (error instanceof AppError && error.code === 'chat.conversation-not-found')
        throw new ClaimLostError();
      throw error;
    }
  }

  private async afterFailure(claim: SummaryClaim, cause: unknown): Promise<AppError> {
    const error = toAppError(cause);
    if (!error.retryable || claim.attempts >= maxSummaryAttempts) return this.giveUp(claim, error);
    const delayMs = (error.retryAfterSeconds ?? 2 ** claim.attempts) * 1_000;
    await this.queue.requeue(claim, { delayMs, countsAsAttempt: true });
    return error;
  }

  private async giveUp(claim: SummaryClaim, error: AppError): Promise<AppError> {
    await this.work.fail(claim, toProblem(error, claim.requestId));
    return error;
  }
}
