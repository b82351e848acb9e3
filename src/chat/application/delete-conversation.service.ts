import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import { ConversationMemory } from '../../summary/application/conversation-memory.port.js';
import { conversationNotFound } from './chat-errors.js';
import { ConversationRepository } from './conversation.repository.js';
import { MessageRepository } from './message.repository.js';
import { RemovedAnswers } from './removed-answers.service.js';

@Injectable()
export class DeleteConversation {
  constructor(
    private readonly transaction: Transaction,
    private readonly conversations: ConversationRepository,
    private readonly messages: MessageRepository,
    private readonly memory: ConversationMemory,
    private readonly removed: RemovedAnswers,
  ) {}

  async delete(ownerId: string, conversationId: string): Promise<void> {
    const messageIds = await this.transaction.run(() => this.remove(ownerId, conversationId));
    await this.removed.forget(messageIds);
  }

  /** Messages first: a worker that is finishing one may be inserting rows that need the conversation. */
  private async remove(ownerId: string, conversationId: string): Promise<string[]> {
    if (!(await this.conversations.findForChange(ownerId, conversationId))) throw conversationNotFound();
    const messageIds = await this.messages.listIdsByConversation(ownerId, conversationId);
    const unfinished = await this.messages.remove(ownerId, messageIds);
    await this.memory.forgetConversation(ownerId, conversationId);
    await this.conversations.remove(ownerId, conversationId);
    await this.removed.stop(unfinished);
    return messageIds;
  }
}
