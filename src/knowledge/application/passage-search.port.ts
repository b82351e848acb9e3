import type { LexicalStatistics, WeightedTerm } from '../domain/bm25.js';
import type { ScoredChunk } from '../domain/fusion.js';
import type { FeedbackTerm } from '../domain/relevance-feedback.js';
import type { MetadataFilter } from '../domain/metadata-filter.js';
import type { Passage } from './passage.js';

/**
 * What one search may see: chunks of the searchable version of documents that are not deleted, in these
 * collections of this owner, whose metadata satisfies the filter. Every arm applies it inside its statement.
 */
export interface SearchScope {
  ownerId: string;
  collectionIds: string[];
  filter: MetadataFilter | null;
}

export interface LexicalQuery {
  /** Not empty. */
  terms: WeightedTerm[];
  averageLength: number;
}

export interface VectorQuery {
  model: string;
  /** L2-normalised. */
  embedding: Float32Array;
  /** Of the scope's collections, as `statistics` counted. */
  chunksInScope: number;
}

export interface VectorAnswer {
  chunks: ScoredChunk[];
  /** How they were found and why so; for the trace. */
  plan: Record<string, unknown>;
}

/** The two arms of retrieval and what they need. Implementations only read. */
export abstract class PassageSearch {
  /** Ids of the owner's collections; of those among `collectionIds` where given. */
  abstract listCollections(ownerId: string, collectionIds?: string[]): Promise<string[]>;

  /** Counts over the searchable chunks of these collections together. */
  abstract statistics(ownerId: string, collectionIds: string[], terms: string[]): Promise<LexicalStatistics>;

  /** The best chunks by BM25, best first; ties by id. Only chunks with at least one of the terms. */
  abstract lexical(scope: SearchScope, query: LexicalQuery, limit: number): Promise<ScoredChunk[]>;

  /**
   * The nearest chunks by cosine (−1 to 1), best first; ties by id. Only chunks embedded by that model. May be
   * approximate where there are very many: then at least .999 of the ten nearest are among them on average.
   */
  abstract vector(scope: SearchScope, query: VectorQuery, limit: number): Promise<VectorAnswer>;

  /**
   * The terms that take the largest share of these passages, each weighted by its score; not those that more than
   * `mostContaining` chunks of the scope's collections contain. Largest share first; ties by term.
   */
  abstract feedbackTerms(
    scope: SearchScope,
    passages: ScoredChunk[],
    limits: { limit: number; mostContaining: number },
  ): Promise<FeedbackTerm[]>;

  /** Scores of the other arm's candidates; those without the terms, or without a vector, are absent. */
  abstract lexicalScores(scope: SearchScope, query: LexicalQuery, ids: string[]): Promise<ScoredChunk[]>;
  abstract vectorScores(scope: SearchScope, query: VectorQuery, ids: string[]): Promise<ScoredChunk[]>;

  /** Chunks by id, in any order; those that have meanwhile become invisible are absent. */
  abstract load(scope: SearchScope, ids: string[]): Promise<Omit<Passage, 'score' | 'scores'>[]>;
}
