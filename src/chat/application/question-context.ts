import { Injectable } from '@nestjs/common';
import type { Message } from '../domain/message.js';
import { conversationNotFound, messageNotFound } from './chat-errors.js';
import { ContextBuilder, type AnswerContext } from './context-builder.js';
import { ConversationRepository } from './conversation.repository.js';
import { MessageRepository } from './message.repository.js';

/** Finds the stored question of an answer and builds its context. */
@Injectable()
export class QuestionContext {
  constructor(
    private readonly messages: MessageRepository,
    private readonly conversations: ConversationRepository,
    private readonly contexts: ContextBuilder,
  ) {}

  async questionOf(answer: Message): Promise<Message> {
    const question = answer.parentId && (await this.messages.findById(answer.ownerId, answer.parentId));
    if (!question) throw messageNotFound();
    return question;
  }

  async build(answer: Message, question: Message): Promise<AnswerContext> {
    const { ownerId, conversationId, mode } = answer;
    const conversation = await this.conversations.findById(ownerId, conversationId);
    if (!conversation) throw conversationNotFound();
    return this.contexts.build({
      caller: { ownerId, role: 'user' },
      conversation,
      parentId: question.parentId,
      question: { messageId: question.id, content: question.content },
      mode,
      page: mode === 'page' ? await this.messages.findPage(ownerId, question.id) : null,
      filter: question.filter,
    });
  }
}
