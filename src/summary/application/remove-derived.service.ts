import { Injectable } from '@nestjs/common';
import { SummaryRepository } from './summary.repository.js';
import { TurnIndex } from './turn-index.repository.js';

/** Removes what was made of turns: summaries with their ledgers, and the index with its vectors. */
@Injectable()
export class RemoveDerivedService {
  constructor(
    private readonly summaries: SummaryRepository,
    private readonly turns: TurnIndex,
  ) {}

  /** What was made of these messages, and of others together with them. Joins the open transaction. */
  async ofMessages(ownerId: string, conversationId: string, messageIds: string[]): Promise<void> {
    await this.summaries.removeCovering(ownerId, conversationId, messageIds);
    await this.turns.removeMessages(ownerId, conversationId, messageIds);
  }

  /** Joins the open transaction. */
  async ofConversation(ownerId: string, conversationId: string): Promise<void> {
    await this.summaries.removeAll(ownerId, conversationId);
    await this.turns.removeAll(ownerId, conversationId);
  }
}
