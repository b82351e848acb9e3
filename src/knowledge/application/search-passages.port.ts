import type { Caller } from '../../shared/caller.js';
import type { Relevance } from '../domain/relevance.js';
import type { Passage } from './passage.js';

export interface PassageQuery {
  query: string;
  /** Undefined: all the caller's collections. */
  collectionIds?: string[];
  /** 1 to 100. */
  limit: number;
  /** OpenAI's filter grammar, as it came from the client; validated inside (`request.invalid`). */
  filter?: unknown;
  trace?: boolean;
}

export interface PassageResult {
  passages: Passage[];
  /** With the trace; null when nothing was searched. */
  relevance?: Relevance | null;
  /** Tokens, candidates and scores of each arm, fusion and timings; only when asked for. */
  trace?: Record<string, unknown>;
}

/** Hybrid retrieval over the caller's searchable documents. Implemented by Knowledge; used by Chat. */
export abstract class SearchPassages {
  /** @throws AppError `knowledge.collection-not-found` for a collection that is not there or another owner's. */
  abstract search(caller: Caller, query: PassageQuery): Promise<PassageResult>;
}
