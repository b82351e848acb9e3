import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import { crashPoint } from '../../shared/crash-point.js';
import { ConversationMemory } from '../../summary/application/conversation-memory.port.js';
import { WebhookEvents } from '../../webhooks/application/webhook-events.port.js';
import type { Message } from '../domain/message.js';
import { AnswerLog, sequenceBefore, type NewAnswerEvent } from './answer-log.port.js';
import { MessageRepository, type AnswerEnd } from './message.repository.js';
import { toMessageView } from './message-view.js';

/** Commits how an answer ended, together with the summary's intent, and only then tells the readers. */
@Injectable()
export class AnswerEnding {
  constructor(
    private readonly transaction: Transaction,
    private readonly messages: MessageRepository,
    private readonly memory: ConversationMemory,
    private readonly log: AnswerLog,
    private readonly webhooks: WebhookEvents,
  ) {}

  /**
   * Does nothing when the answer is another worker's by now, or gone.
   * @param lastSequence of what the attempt has appended.
   */
  async end(message: Message, lastSequence: number, end: Omit<AnswerEnd, 'lastSequence'>): Promise<void> {
    const { id, epoch } = message;
    crashPoint('chat.before-commit');
    const finished = await this.commit(message, { ...end, lastSequence: lastSequence + 1 });
    crashPoint('chat.before-terminal');
    if (finished) await this.log.append(id, epoch, lastSequence, [terminalEvent(finished)]);
  }

  /** For an answer whose log takes no writer: what it holds is void, and the readers hear of the end from the row. */
  async endUnlogged(message: Message, end: Omit<AnswerEnd, 'lastSequence'>): Promise<void> {
    const finished = await this.commit(message, { ...end, lastSequence: sequenceBefore(message.epoch) + 1 });
    if (finished) await this.log.remove([message.id]);
  }

  private commit({ id, epoch }: Message, end: AnswerEnd): Promise<Message | null> {
    return this.transaction.run(async () => {
      const message = await this.messages.finish(id, epoch, end);
      if (message && message.status !== 'failed') {
        const { ownerId, conversationId, requestId } = message;
        await this.memory.pathHasGrown({ ownerId, conversationId, leafId: id, requestId });
      }
      if (message?.status === 'completed') await this.announce(message);
      return message;
    });
  }

  private async announce({ id, ownerId, conversationId }: Message): Promise<void> {
    const data = { messageId: id, conversationId, status: 'completed' };
    await this.webhooks.announce(ownerId, { type: 'message.completed', data });
  }
}

const terminalEvent = (message: Message): NewAnswerEvent => {
  const view = toMessageView(message);
  switch (message.status) {
    case 'completed':
      return { type: 'message.completed', data: { message: view } };
    case 'cancelled':
      return { type: 'message.cancelled', data: { message: view } };
    case 'failed':
      return { type: 'message.failed', data: { message: view, error: message.error } };
    case 'queued':
    case 'running':
      throw new Error(`An answer that is ${message.status} has not ended.`);
  }
};
