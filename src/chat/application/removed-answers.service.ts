import { Injectable } from '@nestjs/common';
import { Notifications } from '../../platform/database/notifications.port.js';
import { AnswerLog } from './answer-log.port.js';

/** What a deletion owes to answers: their workers stop, their events go, their readers hear of it. */
@Injectable()
export class RemovedAnswers {
  constructor(
    private readonly log: AnswerLog,
    private readonly notifications: Notifications,
  ) {}

  /** Inside the deleting transaction. A worker that misses it finds its claim lost at the next renewal. */
  async stop(unfinishedIds: string[]): Promise<void> {
    for (const id of unfinishedIds) await this.notifications.notify('answer_cancel', id);
  }

  /** After the commit; what a crash leaves, the log's expiry removes. */
  async forget(messageIds: string[]): Promise<void> {
    await this.log.remove(messageIds);
  }
}
