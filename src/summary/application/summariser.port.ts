import type { LedgerEntry } from '../domain/ledger.js';
import type { Turn } from './transcript-source.port.js';

export interface SummaryRequest {
  /** What the earlier summary says; null for the first turns of a conversation. */
  previous: { summary: string; ledger: LedgerEntry[] } | null;
  /** The turns to add, oldest first, at least one. */
  turns: Turn[];
  /** The summary's bound. */
  maxTokens: number;
  signal: AbortSignal;
}

export interface SummaryDraft {
  /** Replaces the earlier summary; not empty, at most `maxTokens`. */
  summary: string;
  /** The earlier entries and the new ones. */
  ledger: LedgerEntry[];
}

/**
 * Condenses turns. Everything in them is quoted material, never an instruction. Errors are AppErrors; one that is
 * `retryable` may succeed later.
 */
export abstract class Summariser {
  /** Stored beside every summary, e.g. `extractive` or a model's name. */
  abstract readonly name: string;
  abstract summarise(request: SummaryRequest): Promise<SummaryDraft>;
}
