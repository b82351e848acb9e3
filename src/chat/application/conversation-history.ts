import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/time/clock.port.js';
import { ConversationMemory } from '../../summary/application/conversation-memory.port.js';
import type { Recall } from '../../summary/application/recall.js';
import type { ContextTurn, Exchange } from '../domain/context-policy.js';
import { asTurn, isTurn, type Message } from '../domain/message.js';
import { MessageRepository } from './message.repository.js';
import { TokenCosts } from './token-costs.js';

export interface PastRequest {
  ownerId: string;
  conversationId: string;
  /** The last message before the question; null at the root. */
  leafId: string | null;
  question: string;
  /** More recalled turns than fit into so many tokens are not read. */
  mostTokens: number;
}

export interface PastTurns {
  /** '' when nothing is condensed yet. */
  summary: string;
  /** Turns that the summary does not cover, oldest first. */
  exchanges: Exchange[];
  /** Turns that matter for the question, covered or not, best first. */
  recalled: { turns: (Message & { tokens: number })[]; found: Recall } | null;
  /** Of all turns of the path, the covered ones included. */
  totalTokens: number;
}

/** How many turns are counted before others get the event loop. */
const turnsAtOnce = 50;

/**
 * Reads what was said before on a path: its summary, the turns after that, and those that matter for the question.
 * Covered turns are not read but for the recalled ones, so that it takes no longer in a longer conversation.
 */
@Injectable()
export class ConversationHistory {
  constructor(
    private readonly messages: MessageRepository,
    private readonly memory: ConversationMemory,
    private readonly tokens: TokenCosts,
    private readonly clock: Clock,
  ) {}

  async read(request: PastRequest): Promise<PastTurns> {
    const { ownerId, conversationId, leafId } = request;
    if (leafId === null) return { summary: '', exchanges: [], recalled: null, totalTokens: 0 };
    const ends = await this.memory.endsOf(ownerId, conversationId);
    const stops = { messageIds: ends.messageIds, upTo: ends.excludedUntil };
    const tail = await this.messages.tailTo(ownerId, leafId, stops);
    const before = tail.length > 0 ? tail[0]!.parentId : leafId;
    const covered = before ? await this.memory.findEndingAt(ownerId, conversationId, before) : null;
    // It was replaced while we were reading.
    if (!covered && before && ends.messageIds.includes(before)) return this.read(request);
    const open = tail.filter(isTurn);
    // What was taken out of memory counts as history all the same.
    const earlier = ends.excludedUntil === null ? (covered?.coveredTokens ?? 0) : null;
    return {
      summary: covered?.summary ?? '',
      exchanges: exchangesOf(open.map(asTurn)),
      recalled: await this.recall(request, covered ? before : null, open),
      totalTokens:
        earlier === null
          ? await this.tokensOf((await this.messages.pathTo(ownerId, leafId)).filter(isTurn))
          : earlier + (await this.tokensOf(open)),
    };
  }

  private async recall(
    { ownerId, conversationId, question, mostTokens }: PastRequest,
    coversUpToMessageId: string | null,
    open: Message[],
  ): Promise<PastTurns['recalled']> {
    const found = await this.memory.recall({
      ownerId,
      conversationId,
      coversUpToMessageId,
      openTurns: open.map(({ id, ...turn }) => ({ ...turn, messageId: id })),
      question,
      now: this.clock.now(),
    });
    let tokens = 0;
    const end = found.turns.findIndex((turn) => (tokens += turn.tokens) > mostTokens);
    const chosen = end === -1 ? found.turns : found.turns.slice(0, end);
    if (chosen.length === 0) return null;
    const ids = chosen.map(({ messageId }) => messageId);
    const stored = new Map(
      (await this.messages.listByIds(ownerId, ids)).map((message) => [message.id, message]),
    );
    const turns = chosen.flatMap((turn) => {
      const message = stored.get(turn.messageId);
      return message ? [{ ...message, tokens: turn.tokens }] : [];
    });
    return { turns, found };
  }

  private async tokensOf(turns: Message[]): Promise<number> {
    let total = 0;
    for (const [index, turn] of turns.entries()) {
      if (index % turnsAtOnce === turnsAtOnce - 1) await setImmediate();
      total += this.tokens.ofMessage(turn.id, asTurn(turn).content);
    }
    return total;
  }
}

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
