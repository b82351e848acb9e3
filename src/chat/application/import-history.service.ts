import { Injectable } from '@nestjs/common';
import { newId } from '../../shared/ids.js';
import { ConversationMemory } from '../../summary/application/conversation-memory.port.js';
import type { Message, MessageRole } from '../domain/message.js';
import { conversationNotFound } from './chat-errors.js';
import { ConversationRepository } from './conversation.repository.js';
import { MessageInput } from './message-input.service.js';
import { MessageRepository, type NewMessage } from './message.repository.js';
import { toMessageView, type MessageView } from './message-view.js';
import { StartAnswer } from './start-answer.service.js';

export interface ImportedMessage {
  role: MessageRole;
  content: string;
  name?: string | null;
  createdAt?: Date;
}

/** Appends a history from elsewhere to the active path: all of it or nothing, in the order given. */
@Injectable()
export class ImportHistory {
  constructor(
    private readonly conversations: ConversationRepository,
    private readonly messages: MessageRepository,
    private readonly input: MessageInput,
    private readonly start: StartAnswer,
    private readonly memory: ConversationMemory,
  ) {}

  /** Inside the caller's transaction. */
  async import(
    ownerId: string,
    conversationId: string,
    history: ImportedMessage[],
    requestId: string | null,
  ): Promise<MessageView[]> {
    for (const [index, { content }] of history.entries())
      this.input.assertContent(content, `/messages/${index}/content`);
    const conversation = await this.conversations.findForChange(ownerId, conversationId);
    if (!conversation) throw conversationNotFound();
    const tip = await this.start.tipOf(conversation, undefined);
    const inserted = chained(history, tip, { ownerId, conversationId, requestId });
    await this.messages.insert(inserted);
    const leafId = inserted.at(-1)!.id;
    await this.conversations.update(ownerId, conversationId, { activeMessageId: leafId });
    await this.memory.pathHasGrown({ ownerId, conversationId, leafId, requestId });
    const stored = await this.messages.listByIds(
      ownerId,
      inserted.map(({ id }) => id),
    );
    return stored.toSorted((a, b) => a.depth - b.depth).map((message) => toMessageView(message));
  }
}

/** Each message under the one before; the times that they bring along have no say in the order. */
function chained(
  history: ImportedMessage[],
  tip: Message | null,
  common: Pick<NewMessage, 'ownerId' | 'conversationId' | 'requestId'>,
): NewMessage[] {
  const ids = history.map(() => newId());
  const firstDepth = tip ? tip.depth + 1 : 0;
  return history.map(({ role, content, name, createdAt }, index) => ({
    ...common,
    id: ids[index]!,
    parentId: index === 0 ? (tip?.id ?? null) : ids[index - 1]!,
    depth: firstDepth + index,
    role,
    content,
    name: name ?? null,
    status: 'completed',
    mode: 'plain',
    ...(createdAt ? { createdAt } : {}),
  }));
}
