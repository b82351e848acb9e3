import { Injectable } from '@nestjs/common';
import { Embedder } from '../../platform/models/embedder.port.js';
import { Tokenizer } from '../../platform/text/tokenizer.port.js';
import { tellsTime } from '../../shared/time-expressions.js';
import { seat, type SeatedTurn } from '../domain/sittings.js';
import type { Turn } from './transcript-source.port.js';
import { TurnIndex, type IndexedTurn } from './turn-index.repository.js';
import { TurnTokens } from './turn-tokens.js';

/** A turn is found by what it says up to here; a pasted book is no memory. */
const readLength = 20_000;
/** Embedders refuse more than some thousand tokens. */
const embeddedLength = 6_000;

const readPart = ({ content }: Turn): string => content.slice(0, readLength);

const asks = (content: string): boolean => /[?？]["'”’)\]]*\s*$/.test(content);

/** Makes turns ready to be found again: when a summary condenses them, and for those that none has condensed yet. */
@Injectable()
export class IndexTurnsService {
  constructor(
    private readonly index: TurnIndex,
    private readonly tokenizer: Tokenizer,
    private readonly embedder: Embedder,
    private readonly tokens: TurnTokens,
  ) {}

  /**
   * Reads a batch that follows `lastMessageId` on its path; outside a transaction, since the embedder may be far.
   *
   * @throws what the embedder throws
   */
  async prepare(
    ownerId: string,
    lastMessageId: string | undefined,
    turns: Turn[],
    signal: AbortSignal,
  ): Promise<IndexedTurn[]> {
    const last = lastMessageId ? await this.index.findSeat(ownerId, lastMessageId) : undefined;
    const terms = await this.tokenizer.termsOfMany(turns.map(readPart));
    const embeddings = await this.embedder.embedPassages(
      turns.map(({ content }) => content.slice(0, embeddedLength)),
      signal,
    );
    return this.seated(last, turns).map((turn, at) => ({
      ...turn,
      terms: terms[at]!,
      embedding: embeddings[at]!,
    }));
  }

  /** The few turns that no summary has condensed yet, by their words alone. */
  readTerms(last: SeatedTurn | undefined, turns: Turn[]): Omit<IndexedTurn, 'embedding'>[] {
    return this.seated(last, turns).map((turn, at) => ({
      ...turn,
      terms: this.tokenizer.terms(readPart(turns[at]!)),
    }));
  }

  /** Inside the transaction that saves the summary which covers them. */
  save(ownerId: string, conversationId: string, turns: IndexedTurn[]): Promise<void> {
    return this.index.add(ownerId, conversationId, this.embedder.model, turns);
  }

  private seated(last: SeatedTurn | undefined, turns: Turn[]): Omit<IndexedTurn, 'terms' | 'embedding'>[] {
    const seats = seat(
      last,
      turns.map(({ createdAt }) => createdAt),
    );
    return turns.map((turn, at) => ({
      ...seats[at]!,
      messageId: turn.messageId,
      speaker: turn.name,
      tokens: this.tokens.of(turn),
      asks: asks(turn.content),
      tellsTime: tellsTime(readPart(turn)),
    }));
  }
}
