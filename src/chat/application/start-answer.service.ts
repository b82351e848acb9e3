import { Injectable } from '@nestjs/common';
import { JobDispatcher } from '../../platform/queue/job-dispatcher.port.js';
import { newId } from '../../shared/ids.js';
import type { Conversation } from '../domain/conversation.js';
import { isUnfinished, type Message } from '../domain/message.js';
import { answerInProgress, messageNotFound } from './chat-errors.js';
import { ConversationRepository } from './conversation.repository.js';
import { GenerateAnswer, generateAnswerJobId } from './generate-answer.job.js';
import { MessageRepository, type NewMessage } from './message.repository.js';

/** Places an answer into a conversation's tree and sends it to the workers. Inside the caller's transaction. */
@Injectable()
export class StartAnswer {
  constructor(
    private readonly conversations: ConversationRepository,
    private readonly messages: MessageRepository,
    private readonly jobs: JobDispatcher,
  ) {}

  /**
   * The message after which the conversation goes on; null for a new root. The conversation must be locked
   * (`findForChange`), or two callers could both find the branch free.
   * @throws AppError `chat.message-not-found`, `chat.answer-in-progress`
   */
  async tipOf(conversation: Conversation, parentId: string | null | undefined): Promise<Message | null> {
    const tipId = parentId === undefined ? conversation.activeMessageId : parentId;
    if (tipId === null) return null;
    const tip = await this.messages.findById(conversation.ownerId, tipId);
    if (tip?.conversationId !== conversation.id) throw messageNotFound();
    await this.assertBranchIsFree(tip);
    return tip;
  }

  /** Only the tip can be unfinished: nothing is ever put under an unfinished answer. */
  async assertBranchIsFree(tip: Message): Promise<void> {
    if (isUnfinished(tip)) throw answerInProgress();
    if (tip.role === 'assistant') return;
    const children = await this.messages.listChildren(tip.ownerId, tip.id);
    if (children.some(isUnfinished)) throw answerInProgress();
  }

  /**
   * @param asked what is to be stored with it, before it: the question, when it is new.
   * @returns `asked` and the answer, as they are stored.
   */
  async answer(
    question: Pick<Message, 'id' | 'ownerId' | 'conversationId' | 'depth' | 'mode'>,
    requestId: string | null,
    asked: NewMessage[] = [],
  ): Promise<Message[]> {
    const { ownerId, conversationId, mode } = question;
    const messageId = newId();
    const dispatch = 1;
    const stored = await this.messages.insert([
      ...asked,
      {
        id: messageId,
        ownerId,
        conversationId,
        parentId: question.id,
        depth: question.depth + 1,
        role: 'assistant',
        status: 'queued',
        mode,
        dispatch,
        requestId,
      },
    ]);
    await this.conversations.update(ownerId, conversationId, { activeMessageId: messageId });
    await this.jobs.dispatch(
      GenerateAnswer,
      { messageId, ownerId, requestId },
      { jobId: generateAnswerJobId(messageId, dispatch) },
    );
    return stored;
  }
}
