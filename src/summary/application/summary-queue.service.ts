import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import { JobDispatcher } from '../../platform/queue/job-dispatcher.port.js';
import { SummariseConversation } from './summarise-conversation.job.js';
import {
  SummaryWorkRepository,
  type SummaryClaim,
  type SummaryDemand,
  type SummaryDispatch,
} from './summary-work.repository.js';

/** Queues conversations for the summary worker: the row and the dispatch commit together. */
@Injectable()
export class SummaryQueueService {
  constructor(
    private readonly work: SummaryWorkRepository,
    private readonly jobs: JobDispatcher,
    private readonly transaction: Transaction,
  ) {}

  demand(demand: SummaryDemand): Promise<void> {
    return this.transaction.run(async () => this.dispatch(await this.work.demand(demand), 0));
  }

  requeue(claim: SummaryClaim, again: { delayMs: number; countsAsAttempt: boolean }): Promise<void> {
    return this.transaction.run(async () =>
      this.dispatch(await this.work.requeue(claim, again), again.delayMs),
    );
  }

  /** Voids what is in hand; paths other than those to `goneMessageIds` are queued again. */
  interrupt(ownerId: string, conversationId: string, goneMessageIds: string[]): Promise<void> {
    return this.transaction.run(async () =>
      this.dispatch(await this.work.interrupt(ownerId, conversationId, goneMessageIds), 0),
    );
  }

  private async dispatch(call: SummaryDispatch | undefined, delayMs: number): Promise<void> {
    if (!call) return;
    const { conversationId, ownerId, requestId, dispatch } = call;
    await this.jobs.dispatch(
      SummariseConversation,
      { conversationId, ownerId, requestId },
      { jobId: `${conversationId}-summary-${dispatch}`, ...(delayMs > 0 ? { delayMs } : {}) },
    );
  }
}
