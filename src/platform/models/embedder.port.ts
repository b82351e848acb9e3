/**
 * Turns text into vectors of `dimensions` numbers, L2-normalised. `model` names the space: vectors of different
 * models are never compared. Errors as those of `ChatModel`.
 */
export abstract class Embedder {
  /** e.g. `hashed-v1` or `text-embedding-3-small`; stored beside every vector. */
  abstract readonly model: string;
  abstract readonly dimensions: number;
  /**
   * How far the vector arm can be trusted beside the lexical one, 0 to 1: its weight in the fusion.
   * The hashed embedder, which is lexical itself, declares little.
   */
  abstract readonly fusionWeight: number;
  /** Its vectors tell which words a text has rather than what it means: a low cosine then says no more than BM25. */
  get isLexical(): boolean {
    return false;
  }

  /** Passages, in order. Batches by itself. */
  abstract embedPassages(texts: string[], signal?: AbortSignal): Promise<Float32Array[]>;

  /**
   * One query. `termWeight` gives the corpus's IDF of a lexical term; embedders that weigh terms use it on the
   * query side only, so stored vectors never drift; others ignore it.
   */
  abstract embedQuery(text: string, termWeight?: (term: string) => number): Promise<Float32Array>;
}
