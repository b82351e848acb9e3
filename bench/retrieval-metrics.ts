export interface RetrievalMetrics {
  queries: number;
  ndcg10: number;
  recall5: number;
  recall10: number;
  mrr10: number;
}

export interface RankedQuery {
  ranking: string[];
  /** Document id → grade. */
  relevant: ReadonlyMap<string, number>;
}

export function measure(results: RankedQuery[]): RetrievalMetrics {
  const mean = (of: (result: RankedQuery) => number): number =>
    results.reduce((sum, result) => sum + of(result), 0) / results.length;
  return {
    queries: results.length,
    ndcg10: mean(ndcg10),
    recall5: mean((result) => recall(result, 5)),
    recall10: mean((result) => recall(result, 10)),
    mrr10: mean(reciprocalRank10),
  };
}

const gain = (grades: number[]): number =>
  grades.slice(0, 10).reduce((sum, grade, rank) => sum + grade / Math.log2(rank + 2), 0);

/** Normalised discounted cumulative gain of the first ten (Järvelin and Kekäläinen, 2002), 0 to 1. */
export const ndcg10 = ({ ranking, relevant }: RankedQuery): number =>
  gain(ranking.map((id) => relevant.get(id) ?? 0)) / gain([...relevant.values()].toSorted((a, b) => b - a));

const recall = ({ ranking, relevant }: RankedQuery, depth: number): number =>
  ranking.slice(0, depth).filter((id) => relevant.has(id)).length / relevant.size;

function reciprocalRank10({ ranking, relevant }: RankedQuery): number {
  const rank = ranking.slice(0, 10).findIndex((id) => relevant.has(id));
  return rank < 0 ? 0 : 1 / (rank + 1);
}

export const percentile = (values: number[], fraction: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * fraction))] ?? 0;
