import { Injectable } from '@nestjs/common';
import { KnowledgeAccess } from '../../knowledge/application/knowledge-access.port.js';
import { newId } from '../../shared/ids.js';
import type { AnswerMode, PageText } from '../domain/message.js';
import { conversationNotFound } from './chat-errors.js';
import { ConversationRepository } from './conversation.repository.js';
import { MessageInput } from './message-input.service.js';
import type { NewMessage } from './message.repository.js';
import { startedAnswer, type StartedAnswer } from './message-view.js';
import type { PageSource } from './page-reducer.port.js';
import { StartAnswer } from './start-answer.service.js';

export interface Question {
  ownerId: string;
  conversationId: string;
  content: string;
  mode?: AnswerMode;
  page?: PageSource;
  /** Undefined: the active message; null: a new root. */
  parentId?: string | null;
  filter?: unknown;
  requestId: string | null;
}

/** A question that was judged and reduced, and waits for its commit. */
export interface JudgedQuestion extends Omit<Question, 'page' | 'mode'> {
  mode: AnswerMode;
  page: PageText | null;
}

/** Judges first and commits apart, so that idempotency and admission can stand between the two. */
@Injectable()
export class PostMessage {
  constructor(
    private readonly conversations: ConversationRepository,
    private readonly input: MessageInput,
    private readonly start: StartAnswer,
    private readonly knowledge: KnowledgeAccess,
  ) {}

  /** Outside of any transaction: reducing a page takes its time. */
  async judge(question: Question): Promise<JudgedQuestion> {
    this.input.assertContent(question.content);
    if (question.filter !== undefined) this.knowledge.assertFilter(question.filter);
    const mode = question.mode ?? 'knowledge';
    this.input.assertPageFits(mode, question.page);
    if (!(await this.conversations.findById(question.ownerId, question.conversationId)))
      throw conversationNotFound();
    return { ...question, mode, page: await this.input.reducePage(question.page) };
  }

  /** Inside the caller's transaction. */
  async commit(question: JudgedQuestion): Promise<StartedAnswer> {
    const { ownerId, conversationId, mode, requestId } = question;
    const conversation = await this.conversations.findForChange(ownerId, conversationId);
    if (!conversation) throw conversationNotFound();
    const tip = await this.start.tipOf(conversation, question.parentId);
    const userMessage = {
      id: newId(),
      ownerId,
      conversationId,
      parentId: tip?.id ?? null,
      depth: tip ? tip.depth + 1 : 0,
      role: 'user',
      status: 'completed',
      mode,
      content: question.content,
      page: question.page,
      filter: question.filter ?? null,
      requestId,
    } satisfies NewMessage;
    const [asked, answer] = await this.start.answer(userMessage, requestId, [userMessage]);
    return startedAnswer(asked!, answer!);
  }
}
