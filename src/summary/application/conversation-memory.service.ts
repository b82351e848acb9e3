import { Injectable } from '@nestjs/common';
import { ConversationMemory, type MemoryEnds, type PathMemory } from './conversation-memory.port.js';
import { ForgetMemoryService } from './forget-memory.service.js';
import { NoteGrowthService } from './note-growth.service.js';
import { PathMemoryService } from './path-memory.service.js';
import { summaryText } from './summary-text.js';
import { RecallTurnsService } from './recall-turns.service.js';
import type { Recall, RecallRequest } from './recall.js';
import { TurnTokens } from './turn-tokens.js';

@Injectable()
export class ConversationMemoryService extends ConversationMemory {
  constructor(
    private readonly memory: PathMemoryService,
    private readonly growth: NoteGrowthService,
    private readonly forgetting: ForgetMemoryService,
    private readonly recalling: RecallTurnsService,
    private readonly tokens: TurnTokens,
  ) {
    super();
  }

  endsOf(ownerId: string, conversationId: string): Promise<MemoryEnds> {
    return this.memory.endsOf(ownerId, conversationId);
  }

  async findEndingAt(ownerId: string, conversationId: string, messageId: string): Promise<PathMemory | null> {
    const found = await this.memory.findEndingAt(ownerId, conversationId, messageId);
    if (!found) return null;
    return {
      summary: summaryText(found, (text) => this.tokens.ofText(text)),
      coveredTokens: found.coveredTokens,
    };
  }

  recall(request: RecallRequest): Promise<Recall> {
    return this.recalling.recall(request);
  }

  pathHasGrown(event: Parameters<ConversationMemory['pathHasGrown']>[0]): Promise<void> {
    return this.growth.note(event);
  }

  forgetMessages(ownerId: string, conversationId: string, messageIds: string[]): Promise<void> {
    return this.forgetting.forgetMessages(ownerId, conversationId, messageIds);
  }

  forgetConversation(ownerId: string, conversationId: string): Promise<void> {
    return this.forgetting.forgetConversation(ownerId, conversationId);
  }
}
