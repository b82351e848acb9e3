import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import { ConversationMemory } from '../../summary/application/conversation-memory.port.js';
import { messageNotFound } from './chat-errors.js';
import { ConversationRepository } from './conversation.repository.js';
import { MessageRepository } from './message.repository.js';
import { RemovedAnswers } from './removed-answers.service.js';

/** Removes a message with its descendants, what was derived from them, and the events of their answers. */
@Injectable()
export class DeleteMessage {
  constructor(
    private readonly transaction: Transaction,
    private readonly conversations: ConversationRepository,
    private readonly messages: MessageRepository,
    private readonly memory: ConversationMemory,
    private readonly removed: RemovedAnswers,
  ) {}

  async delete(ownerId: string, messageId: string): Promise<void> {
    const ids = await this.transaction.run(() => this.remove(ownerId, messageId));
    await this.removed.forget(ids);
  }

  private async remove(ownerId: string, messageId: string): Promise<string[]> {
    const known = await this.messages.findById(ownerId, messageId);
    if (!known) throw messageNotFound();
    const conversation = await this.conversations.findForChange(ownerId, known.conversationId);
    const ids = await this.messages.listSubtreeIds(ownerId, messageId);
    if (!conversation || ids.length === 0) throw messageNotFound();
    const unfinished = await this.messages.remove(ownerId, ids);
    await this.memory.forgetMessages(ownerId, conversation.id, ids);
    if (conversation.activeMessageId && ids.includes(conversation.activeMessageId))
      await this.conversations.update(ownerId, conversation.id, { activeMessageId: known.parentId });
    await this.removed.stop(unfinished);
    return ids;
  }
}
