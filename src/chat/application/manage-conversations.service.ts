import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { KnowledgeAccess } from '../../knowledge/application/knowledge-access.port.js';
import { Transaction } from '../../platform/database/transaction.port.js';
import { newId } from '../../shared/ids.js';
import type { Page, PageRequest } from '../../shared/page.js';
import type { Conversation } from '../domain/conversation.js';
import { conversationNotFound, messageNotFound, preconditionFailed } from './chat-errors.js';
import { ConversationRepository, type ConversationChange } from './conversation.repository.js';
import { MessageRepository } from './message.repository.js';

/** Changes with everything that a client can see of a conversation. */
export const versionOf = (conversation: Conversation): string =>
  createHash('sha256').update(JSON.stringify(conversation)).digest('base64url').slice(0, 22);

@Injectable()
export class ManageConversations {
  constructor(
    private readonly transaction: Transaction,
    private readonly conversations: ConversationRepository,
    private readonly messages: MessageRepository,
    private readonly knowledge: KnowledgeAccess,
  ) {}

  async create(
    ownerId: string,
    given: { title?: string | null; collectionIds?: string[] | null; systemPrompt?: string | null },
  ): Promise<Conversation> {
    if (given.collectionIds) await this.knowledge.assertCollections(ownerId, given.collectionIds);
    return this.conversations.insert({
      id: newId(),
      ownerId,
      title: given.title ?? null,
      collectionIds: given.collectionIds ?? null,
      systemPrompt: given.systemPrompt ?? null,
    });
  }

  async get(ownerId: string, id: string): Promise<Conversation> {
    const conversation = await this.conversations.findById(ownerId, id);
    if (!conversation) throw conversationNotFound();
    return conversation;
  }

  page(ownerId: string, request: PageRequest): Promise<Page<Conversation>> {
    return this.conversations.page(ownerId, request);
  }

  /** @param isExpected judges the `versionOf` what the client last saw; absent: any version will do. */
  change(
    ownerId: string,
    id: string,
    change: ConversationChange,
    isExpected?: (version: string) => boolean,
  ): Promise<Conversation> {
    return this.transaction.run(async () => {
      const conversation = await this.conversations.findForChange(ownerId, id);
      if (!conversation) throw conversationNotFound();
      if (isExpected && !isExpected(versionOf(conversation))) throw preconditionFailed();
      if (change.collectionIds) await this.knowledge.assertCollections(ownerId, change.collectionIds);
      if (change.activeMessageId) await this.assertMessageOf(conversation, change.activeMessageId);
      if (Object.values(change).every((value) => value === undefined)) return conversation;
      return this.conversations.update(ownerId, id, change);
    });
  }

  private async assertMessageOf(conversation: Conversation, messageId: string): Promise<void> {
    const message = await this.messages.findById(conversation.ownerId, messageId);
    if (message?.conversationId !== conversation.id) throw messageNotFound();
  }
}
