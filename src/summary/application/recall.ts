import type { TimeRange } from '../../shared/time-expressions.js';
import type { RankedTurn } from '../domain/recall-score.js';
import type { Turn } from './transcript-source.port.js';

export interface RecallRequest {
  ownerId: string;
  conversationId: string;
  /** The last turn that the path's summary covers; null when none covers any. */
  coversUpToMessageId: string | null;
  /** The path's turns after that, oldest first: they may not all fit into the prompt either. */
  openTurns: Turn[];
  question: string;
  /** What "yesterday" counts from. */
  now: Date;
}

export interface Recall {
  /** Best first for their length. */
  turns: RankedTurn[];
  /** How well the best of the condensed ones answers to the question's words: 0 not at all, 1 fully. */
  fit: number;
  /** Terms of the question that were found, the rarest first. */
  terms: string[];
  /** The time that the question names. */
  range: TimeRange | null;
}
