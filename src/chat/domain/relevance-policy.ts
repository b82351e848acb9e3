/** How near the best passages come to a question, as Knowledge measures it. */
export interface MeasuredRelevance {
  coverage: number | null;
  similarity: number | null;
}

export interface RelevanceThresholds {
  leastCoverage: number;
  /** Null: unknown for this embedding model. */
  leastSimilarity: number | null;
}

/**
 * Whether an answer may rest on the passages at all. One that shares too few of the question's rarer words is of
 * something else; unless vectors that know meaning say otherwise, which only a threshold for their model can tell.
 * What was not measured is no reason to withhold.
 */
export function isRelevantEnough(
  relevance: MeasuredRelevance | null,
  { leastCoverage, leastSimilarity }: RelevanceThresholds,
): boolean {
  if (!relevance || relevance.coverage === null || relevance.coverage >= leastCoverage) return true;
  if (relevance.similarity === null) return false;
  return leastSimilarity === null || relevance.similarity >= leastSimilarity;
}
