import { Injectable } from '@nestjs/common';
import { KnowledgeAccess } from '../../knowledge/application/knowledge-access.port.js';
import type { Caller } from '../../shared/caller.js';
import type { ContextPart } from '../domain/context-policy.js';
import type { Conversation } from '../domain/conversation.js';
import type { AnswerMode } from '../domain/message.js';
import { conversationNotFound, messageNotFound } from './chat-errors.js';
import { ContextBuilder } from './context-builder.js';
import { ConversationRepository } from './conversation.repository.js';
import { MessageInput } from './message-input.service.js';
import { MessageRepository } from './message.repository.js';
import type { PageSource } from './page-reducer.port.js';

export interface PreviewRequest {
  content: string;
  /** Default: `plain`. */
  mode?: AnswerMode;
  page?: PageSource;
  filter?: unknown;
  /** The message before the question; default: the active one; null: a new root. */
  parentId?: string | null;
  /** Default: the setting. */
  budgetTokens?: number;
}

export interface ContextPreview {
  messages: ContextPart[];
  totalTokens: number;
  fullHistoryTokens: number;
}

/** Shows what the model would receive for a question, part by part, and starts nothing. */
@Injectable()
export class PreviewContext {
  constructor(
    private readonly conversations: ConversationRepository,
    private readonly messages: MessageRepository,
    private readonly contexts: ContextBuilder,
    private readonly input: MessageInput,
    private readonly knowledge: KnowledgeAccess,
  ) {}

  /**
   * @throws AppError `chat.conversation-not-found`, `chat.message-not-found`, `chat.budget-too-small` and what a
   * posted question would be refused with.
   */
  async preview(caller: Caller, conversationId: string, request: PreviewRequest): Promise<ContextPreview> {
    const mode = request.mode ?? 'plain';
    this.input.assertContent(request.content);
    this.input.assertPageFits(mode, request.page);
    if (request.filter !== undefined) this.knowledge.assertFilter(request.filter);
    const conversation = await this.conversations.findById(caller.ownerId, conversationId);
    if (!conversation) throw conversationNotFound();
    const context = await this.contexts.build({
      caller,
      conversation,
      parentId: await this.parentOf(conversation, request.parentId),
      question: { messageId: null, content: request.content },
      mode,
      page: await this.input.reducePage(request.page),
      filter: request.filter ?? null,
      budgetTokens: request.budgetTokens,
    });
    return {
      messages: context.parts,
      totalTokens: context.totalTokens,
      fullHistoryTokens: context.fullHistoryTokens,
    };
  }

  private async parentOf(
    conversation: Conversation,
    parentId: string | null | undefined,
  ): Promise<string | null> {
    if (parentId === undefined) return conversation.activeMessageId;
    if (parentId === null) return null;
    const parent = await this.messages.findById(conversation.ownerId, parentId);
    if (parent?.conversationId !== conversation.id) throw messageNotFound();
    return parent.id;
  }
}
