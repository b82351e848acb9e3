import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '../../shared/page.js';
import type { Message } from '../domain/message.js';
import { conversationNotFound, messageNotFound } from './chat-errors.js';
import { ConversationRepository } from './conversation.repository.js';
import { DeletedSources } from './deleted-sources.service.js';
import { MessageRepository } from './message.repository.js';
import type { MessageView } from './message-view.js';

/** Which messages of a conversation: the active path, the path to another leaf, or the whole tree. */
export type MessageSelection = { leafId?: string } | { all: true };

@Injectable()
export class ReadMessages {
  constructor(
    private readonly conversations: ConversationRepository,
    private readonly messages: MessageRepository,
    private readonly sources: DeletedSources,
  ) {}

  async get(ownerId: string, id: string): Promise<MessageView> {
    const message = await this.messages.findById(ownerId, id);
    if (!message) throw messageNotFound();
    return this.sources.viewOf(ownerId, message);
  }

  /** How the answer came about; null for a question, and until the answer has ended. */
  async trace(ownerId: string, id: string): Promise<Record<string, unknown> | null> {
    const trace = await this.messages.findTrace(ownerId, id);
    if (trace === undefined) throw messageNotFound();
    return trace;
  }

  async page(
    ownerId: string,
    conversationId: string,
    selection: MessageSelection,
    request: PageRequest,
  ): Promise<Page<MessageView>> {
    const { data, nextCursor } = await this.select(ownerId, conversationId, selection, request);
    return { data: await this.sources.viewsOf(ownerId, data), nextCursor };
  }

  private async select(
    ownerId: string,
    conversationId: string,
    selection: MessageSelection,
    request: PageRequest,
  ): Promise<Page<Message>> {
    const conversation = await this.conversations.findById(ownerId, conversationId);
    if (!conversation) throw conversationNotFound();
    if ('all' in selection) return this.messages.pageTree(ownerId, conversationId, request);
    const leafId = selection.leafId ?? conversation.activeMessageId;
    if (leafId === null) return { data: [], nextCursor: null };
    const leaf = await this.messages.findById(ownerId, leafId);
    if (leaf?.conversationId !== conversationId) throw messageNotFound();
    return this.messages.pagePathTo(ownerId, leafId, request);
  }
}
