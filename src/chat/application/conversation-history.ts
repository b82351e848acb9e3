import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ConversationMemory } from '../../summary/application/conversation-memory.port.js';
import type { ContextTurn, Exchange } from '../domain/context-policy.js';
import type { Message } from '../domain/message.js';
import { MessageRepository } from './message.repository.js';
import { TokenCosts } from './token-costs.js';

export interface PastTurns {
  /** '' when nothing is condensed yet. */
  summary: string;
  /** Turns that the summary does not cover, oldest first. */
  exchanges: Exchange[];
  /** Of all turns of the path, the covered ones included. */
  totalTokens: number;
}

/** How many turns are counted before others get the event loop. */
const turnsAtOnce = 50;

/** Reads what was said before on a path: its summary and the turns after that. */
@Injectable()
export class ConversationHistory {
  constructor(
    private readonly messages: MessageRepository,
    private readonly memory: ConversationMemory,
    private readonly tokens: TokenCosts,
  ) {}

  async read(ownerId: string, conversationId: string, leafId: string | null): Promise<PastTurns> {
    if (leafId === null) return { summary: '', exchanges: [], totalTokens: 0 };
    const path = await this.messages.pathTo(ownerId, leafId);
    const turns = path.filter(isTurn).map(asTurn);
    const memory = await this.memory.forPath(
      ownerId,
      conversationId,
      path.map(({ id }) => id),
    );
    const elsewhere = new Set([...(memory?.coveredMessageIds ?? []), ...(memory?.excludedMessageIds ?? [])]);
    return {
      summary: memory?.summary ?? '',
      exchanges: exchangesOf(turns.filter(({ messageId }) => !elsewhere.has(messageId))),
      totalTokens: await this.tokensOf(turns),
    };
  }

  private async tokensOf(turns: ContextTurn[]): Promise<number> {
    let total = 0;
    for (const [index, { messageId, content }] of turns.entries()) {
      if (index % turnsAtOnce === turnsAtOnce - 1) await setImmediate();
      total += this.tokens.ofMessage(messageId, content);
    }
    return total;
  }
}

/** As in summaries: what failed or is still being written was not said. */
const isTurn = ({ status, content }: Message): boolean =>
  (status === 'completed' || status === 'cancelled') && content !== '';

const asTurn = ({ id, role, content, name }: Message): ContextTurn => ({
  messageId: id,
  role,
  content: name ? `${name}: ${content}` : content,
});

/** A question and everything up to the next one. */
const exchangesOf = (turns: ContextTurn[]): Exchange[] => {
  const exchanges: Exchange[] = [];
  for (const turn of turns) {
    const last = exchanges.at(-1);
    if (turn.role === 'user' || !last) exchanges.push([turn]);
    else last.push(turn);
  }
  return exchanges;
};
