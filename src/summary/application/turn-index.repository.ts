import type { RecallCandidate } from '../domain/recall-score.js';
import type { SeatedTurn } from '../domain/sittings.js';

/** A condensed turn as it is found again. */
export interface IndexedTurn extends SeatedTurn {
  messageId: string;
  speaker: string | null;
  /** In full, as it stands in a prompt. */
  tokens: number;
  asks: boolean;
  tellsTime: boolean;
  /** As the tokenizer gives them, with repeats. */
  terms: string[];
  embedding: Float32Array;
}

/** The condensed turns of one path: those that the summary up to this message covers. */
export interface RecallScope {
  ownerId: string;
  conversationId: string;
  coversUpToMessageId: string;
}

export interface VectorOfQuestion {
  model: string;
  embedding: Float32Array;
}

/** The turns that summaries have condensed, to be found again by their words, their vectors and their times. */
export abstract class TurnIndex {
  /** Turns that are there already stay as they are. Joins the open transaction. */
  abstract add(ownerId: string, conversationId: string, model: string, turns: IndexedTurn[]): Promise<void>;

  /** Who spoke of late, where histories name it. */
  abstract speakers(ownerId: string, conversationId: string): Promise<string[]>;

  abstract findSeat(ownerId: string, messageId: string): Promise<SeatedTurn | undefined>;

  /**
   * How many turns of the conversation have each term, in the order of `terms`; counted no further than `most`.
   */
  abstract termCounts(
    ownerId: string,
    conversationId: string,
    terms: string[],
    most: number,
  ): Promise<number[]>;

  /** Which sittings have which of the terms (by their index), newest turns first, from `most` turns. */
  abstract sittingsWith(
    scope: RecallScope,
    terms: string[],
    most: number,
  ): Promise<{ sitting: number; terms: number[] }[]>;

  /** Sittings of that time, newest first. */
  abstract sittingsBetween(
    scope: RecallScope,
    range: { from: Date; to: Date },
    most: number,
  ): Promise<number[]>;

  /** All turns of the sittings (null: of all), in order. */
  abstract turnsOf(
    scope: RecallScope,
    sittings: number[] | null,
    question: { terms: string[]; vector: VectorOfQuestion | null },
  ): Promise<RecallCandidate[]>;

  /** Joins the deleting transaction, as do the others. */
  abstract removeMessages(ownerId: string, conversationId: string, messageIds: string[]): Promise<void>;

  abstract removeAll(ownerId: string, conversationId: string): Promise<void>;
}
