import { Injectable } from '@nestjs/common';
import { TranscriptSource, type Turn } from '../../summary/application/transcript-source.port.js';
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
    const turns = path
      .filter(({ status }) => status === 'completed' || status === 'cancelled')
      .map(({ id, role, content, name, createdAt }) => ({ messageId: id, role, content, name, createdAt }));
    return { leafId: leaf, turns };
  }
}
