import { Injectable } from '@nestjs/common';
import { messageNotFound, notAnAnswer } from './chat-errors.js';
import { ConversationRepository } from './conversation.repository.js';
import { MessageRepository } from './message.repository.js';
import { startedAnswer, type StartedAnswer } from './message-view.js';
import { StartAnswer } from './start-answer.service.js';

/** Answers a question once more: the new answer becomes a sibling of the old one, which stays. */
@Injectable()
export class RegenerateAnswer {
  constructor(
    private readonly conversations: ConversationRepository,
    private readonly messages: MessageRepository,
    private readonly start: StartAnswer,
  ) {}

  /** Inside the caller's transaction. */
  async regenerate(ownerId: string, messageId: string, requestId: string | null): Promise<StartedAnswer> {
    const known = await this.messages.findById(ownerId, messageId);
    if (!known) throw messageNotFound();
    await this.conversations.findForChange(ownerId, known.conversationId);
    // Read again under the lock: it may have been deleted while we waited.
    const answer = await this.messages.findById(ownerId, messageId);
    if (!answer) throw messageNotFound();
    const question = answer.parentId ? await this.messages.findById(ownerId, answer.parentId) : undefined;
    if (answer.role !== 'assistant' || question?.role !== 'user') throw notAnAnswer();
    await this.start.assertBranchIsFree(question);
    const [regenerated] = await this.start.answer(question, requestId);
    return startedAnswer(question, regenerated!);
  }
}
