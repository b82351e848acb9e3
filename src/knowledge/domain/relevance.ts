import { inverseDocumentFrequency, type LexicalStatistics } from './bm25.js';

/** How near the best passages come to the question; for deciding whether to answer from them at all. */
export interface Relevance {
  /**
   * Share of the question's terms, by their inverse document frequency, that one passage holds; 0 to 1. Terms that no
   * passage has weigh most: a question about something else consists of them. Null: the question has no terms.
   */
  coverage: number | null;
  /** Cosine of the nearest passage; null where vectors are lexical themselves, or were not asked. */
  similarity: number | null;
}

/**
 * In fewer passages than these how many have a term says little of how rare it is, while one that none has would
 * outweigh all others: nearly every term then weighs the same.
 */
const leastChunks = 100;

/** @param passages the terms of each */
export function coverageOf(
  question: readonly string[],
  passages: readonly (readonly string[])[],
  { chunkCount, containing }: LexicalStatistics,
): number | null {
  const chunks = Math.max(chunkCount, leastChunks);
  const weights = [...new Set(question)].map(
    (term) => [term, inverseDocumentFrequency(chunks, containing.get(term) ?? 0)] as const,
  );
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  if (total === 0) return null;
  const covered = passages.map((terms) => {
    const held = new Set(terms);
    return weights.reduce((sum, [term, weight]) => sum + (held.has(term) ? weight : 0), 0);
  });
  return Math.max(0, ...covered) / total;
}
