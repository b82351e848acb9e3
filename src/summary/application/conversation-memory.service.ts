import { Injectable } from '@nestjs/common';
import { ConversationMemory, type PathMemory } from './conversation-memory.port.js';
import { ForgetMemoryService } from './forget-memory.service.js';
import { NoteGrowthService } from './note-growth.service.js';
import { PathMemoryService } from './path-memory.service.js';
import { isExcluded } from './path-view.js';
import { summaryText } from './summary-text.js';
import { TurnTokens } from './turn-tokens.js';

@Injectable()
export class ConversationMemoryService extends ConversationMemory {
  constructor(
    private readonly memory: PathMemoryService,
    private readonly growth: NoteGrowthService,
    private readonly forgetting: ForgetMemoryService,
    private readonly tokens: TurnTokens,
  ) {
    super();
  }

  async forPath(
    ownerId: string,
    conversationId: string,
    pathMessageIds: string[],
  ): Promise<PathMemory | null> {
    const { stored, excludedUntil } = await this.memory.find(ownerId, conversationId, pathMessageIds);
    const covered = new Set(stored?.coveredMessageIds);
    const excludedMessageIds = pathMessageIds.filter(
      (id) => !covered.has(id) && isExcluded(id, excludedUntil),
    );
    if (!stored && excludedMessageIds.length === 0) return null;
    return {
      summary: stored ? summaryText(stored, (text) => this.tokens.ofText(text)) : '',
      coveredMessageIds: stored?.coveredMessageIds ?? [],
      excludedMessageIds,
    };
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
