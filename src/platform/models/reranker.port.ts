/**
 * Judges how well passages answer a question, reading both together. Bounded in time by itself. Errors as those of
 * `ChatModel`.
 */
export abstract class Reranker {
  /** e.g. `BAAI/bge-reranker-v2-m3`. */
  abstract readonly model: string;

  /** One finite score for each passage, in their order; higher is better, comparable within one call only. */
  abstract rerank(query: string, passages: string[]): Promise<number[]>;
}
