import { Injectable } from '@nestjs/common';
import { TranscriptSource, type Turn } from '../../summary/application/transcript-source.port.js';
import type { Message } from '../domain/message.js';
import { conversationNotFound, messageNotFound } from './chat-errors.js';
import { ConversationRepository } from './conversation.repository.js';
import { MessageRepository } from './message.repository.js';

/** Gives Summary the turns of a path. */
@Injectable()
export class ChatTranscriptSource extends TranscriptSource {
  constructor(
    private readonly conversations: ConversationRepository,
    private readonly messages: MessageRepository,
  ) {
    super();
  }

  async path(
    ownerId: string,
    conversationId: string,
    leafId: string | null,
  ): Promise<{ leafId: string | null; turns: Turn[] }> {
    const conversation = await this.conversations.findById(ownerId, conversationId);
    if (!conversation) throw conversationNotFound();
    const leaf = leafId ?? conversation.activeMessageId;
    if (leaf === null) return { leafId: null, turns: [] };
    const path = await this.messages.pathTo(ownerId, leaf);
    if (path.at(-1)?.conversationId !== conversationId) throw messageNotFound();
    return { leafId: leaf, turns: turnsOf(path) };
  }

  async tail(
    ownerId: string,
    leafId: string,
    stops: { messageIds: string[]; upTo: string | null },
  ): Promise<Turn[]> {
    return turnsOf(await this.messages.tailTo(ownerId, leafId, stops));
  }
}

const turnsOf = (messages: Message[]): Turn[] =>
  messages
    .filter(({ status }) => status === 'completed' || status === 'cancelled')
    .map(({ id, role, content, name, createdAt }) => ({ messageId: id, role, content, name, createdAt }));
