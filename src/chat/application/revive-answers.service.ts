import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import { Logger } from '../../platform/logging/logger.port.js';
import { JobDispatcher } from '../../platform/queue/job-dispatcher.port.js';
import { GenerateAnswer, generateAnswerJobId } from './generate-answer.job.js';
import { MessageRepository, type StuckAnswer } from './message.repository.js';

/** A due answer that nobody has claimed for this long has lost its job. */
const queuedForMs = 30_000;
const atOnce = 100;

/**
 * Sends answers on their way again whose worker died or whose job was lost. How often is the worker's to judge: it
 * counts the claims and fails the answer past the last.
 */
@Injectable()
export class ReviveAnswers {
  constructor(
    private readonly messages: MessageRepository,
    private readonly transaction: Transaction,
    private readonly jobs: JobDispatcher,
    private readonly logger: Logger,
  ) {}

  /** @returns how many. */
  async revive(): Promise<number> {
    let revived = 0;
    for (const stuck of await this.messages.listStuck(queuedForMs, atOnce)) {
      const dispatch = await this.transaction.run(() => this.dispatch(stuck));
      if (dispatch === null) continue;
      revived++;
      this.logger.warn('answer.revived', { messageId: stuck.messageId, attempts: stuck.attempts, dispatch });
    }
    return revived;
  }

  private async dispatch({ messageId, ownerId, requestId, epoch }: StuckAnswer): Promise<number | null> {
    const dispatch = await this.messages.requeue(messageId, epoch, 0);
    if (dispatch === null) return null;
    const jobId = generateAnswerJobId(messageId, dispatch);
    await this.jobs.dispatch(GenerateAnswer, { messageId, ownerId, requestId }, { jobId });
    return dispatch;
  }
}
