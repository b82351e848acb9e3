/** Higher is better; comparable within one arm of one search only. */
export interface ScoredChunk {
  id: string;
  score: number;
}

export interface FusedChunk extends ScoredChunk {
  /** Scores as the arms gave them; absent where an arm does not know the chunk. */
  lexical?: number;
  vector?: number;
}

/**
 * Convex combination of the arms' normalised scores: `(1 - w) × lexical + w × vector`. Unlike rank fusion it
 * keeps how far ahead a candidate is, and with a small `w` a weak vector arm can break ties but not overturn a
 * clear lexical lead. A chunk that an arm does not know gets that arm's lowest value; an arm without any
 * candidate leaves the whole weight to the other. Ties are broken by id.
 */
export function fuse(lexical: ScoredChunk[], vector: ScoredChunk[], vectorWeight: number): FusedChunk[] {
  const weight = lexical.length === 0 ? 1 : vector.length === 0 ? 0 : vectorWeight;
  const fused = new Map<string, FusedChunk>();
  const entry = (id: string): FusedChunk => {
    const known = fused.get(id) ?? { id, score: 0 };
    fused.set(id, known);
    return known;
  };
  const ofLexical = scaleFromZero(lexical);
  for (const { id, score } of lexical) {
    const chunk = entry(id);
    chunk.lexical = score;
    chunk.score += (1 - weight) * ofLexical(score);
  }
  const ofVector = scaleFromLowest(vector);
  for (const { id, score } of vector) {
    const chunk = entry(id);
    chunk.vector = score;
    chunk.score += weight * ofVector(score);
  }
  return [...fused.values()].toSorted(byScoreThenId);
}

export const byScoreThenId = (a: ScoredChunk, b: ScoredChunk): number =>
  b.score - a.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** BM25 has a true zero: no term in common. */
function scaleFromZero(arm: ScoredChunk[]): (score: number) => number {
  const highest = Math.max(0, ...arm.map(({ score }) => score));
  return (score) => (highest > 0 ? score / highest : 0);
}

/** Cosines have none: what is unrelated differs from model to model, so the weakest candidate is the zero. */
function scaleFromLowest(arm: ScoredChunk[]): (score: number) => number {
  const scores = arm.map(({ score }) => score);
  const highest = Math.max(...scores);
  const lowest = Math.min(...scores);
  return (score) => (highest > lowest ? (score - lowest) / (highest - lowest) : 1);
}
