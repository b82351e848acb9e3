import { Injectable } from '@nestjs/common';
import { Notifications } from '../../platform/database/notifications.port.js';
import type { Message } from '../domain/message.js';
import { AnswerLog, type NewAnswerEvent } from './answer-log.port.js';
import { messageFinished, messageNotFound } from './chat-errors.js';
import { DeletedSources } from './deleted-sources.service.js';
import { MessageRepository } from './message.repository.js';
import { toMessageView, type MessageView } from './message-view.js';

/** Ends an answer that nobody works on at once, and tells the worker of one that is being written. */
@Injectable()
export class CancelAnswer {
  constructor(
    private readonly messages: MessageRepository,
    private readonly log: AnswerLog,
    private readonly notifications: Notifications,
    private readonly sources: DeletedSources,
  ) {}

  async cancel(ownerId: string, messageId: string): Promise<MessageView> {
    const wished = await this.messages.requestCancel(ownerId, messageId);
    if (!wished) return this.cancelledBefore(ownerId, messageId);
    if (wished.status === 'cancelled') await this.endLog(wished);
    else await this.notifications.notify('answer_cancel', messageId);
    return toMessageView(wished);
  }

  private async cancelledBefore(ownerId: string, messageId: string): Promise<MessageView> {
    const message = await this.messages.findById(ownerId, messageId);
    if (!message) throw messageNotFound();
    if (message.status !== 'cancelled') throw messageFinished();
    return this.sources.viewOf(ownerId, message);
  }

  /** The row is cancelled without content, so deltas of an earlier attempt must not count. */
  private async endLog(message: Message): Promise<void> {
    const { id, epoch } = message;
    const { lastSequence, hasEvents } = await this.log.open(id, epoch);
    const cancelled: NewAnswerEvent = {
      type: 'message.cancelled',
      data: { message: toMessageView(message) },
    };
    const restarted: NewAnswerEvent = { type: 'message.restarted', data: { reason: 'cancelled' } };
    const sequence = await this.log.append(
      id,
      epoch,
      lastSequence,
      hasEvents ? [restarted, cancelled] : [cancelled],
    );
    await this.messages.noteLastSequence(id, epoch, sequence);
  }
}
