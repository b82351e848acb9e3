/**
 * Okapi BM25 (Robertson and Zaragoza 2009) with the never-negative IDF of Lucene. `k1` and `b` were chosen on
 * one half of the evaluation questions and confirmed on the other (`npm run eval`).
 */
export const bm25 = { k1: 0.9, b: 0.75 } as const;

/** @param chunkCount searchable chunks in all, @param containing how many of them have the term */
export const inverseDocumentFrequency = (chunkCount: number, containing: number): number =>
  Math.log(1 + (Math.max(chunkCount - containing, 0) + 0.5) / (containing + 0.5));

/** What one term adds to a chunk's score, before its IDF. */
export const termSaturation = (frequency: number, length: number, averageLength: number): number =>
  (frequency * (bm25.k1 + 1)) / (frequency + bm25.k1 * (1 - bm25.b + (bm25.b * length) / averageLength));

/** Counts over the searchable chunks of the collections in question. */
export interface LexicalStatistics {
  chunkCount: number;
  averageLength: number;
  /** How many chunks contain the term; terms that no chunk contains are absent. */
  containing: ReadonlyMap<string, number>;
}

export interface WeightedTerm {
  term: string;
  weight: number;
  /** Chunks that contain it. */
  containing: number;
}

/**
 * The question's terms that occur in the corpus at all, each with IDF × its count in the question, rarest first.
 * Ties are broken by the term, so that the same question always makes the same statement.
 */
export function weightTerms(terms: readonly string[], statistics: LexicalStatistics): WeightedTerm[] {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  const weighted: WeightedTerm[] = [];
  for (const [term, count] of counts) {
    const containing = statistics.containing.get(term);
    if (!containing) continue;
    const weight = count * inverseDocumentFrequency(statistics.chunkCount, containing);
    weighted.push({ term, weight, containing });
  }
  return weighted.toSorted((a, b) => a.containing - b.containing || (a.term < b.term ? -1 : 1));
}
