import { Injectable } from '@nestjs/common';
import { hashedDimensions, hashedVector } from '../text/hashed-vectors.js';
import { TextWorkerPool } from '../text/text-worker-pool.js';
import { Tokenizer } from '../text/tokenizer.port.js';
import { Embedder } from './embedder.port.js';

/** What a query's word weighs when none of its terms is indexed (stop words): next to nothing. */
const leastWeight = 0.1;

/**
 * Vectors without a model: signed hashed character n-grams. Lexical, and weighs little in the fusion: BM25 finds
 * more by itself (nDCG@10 KorQuAD .942 against .845), and .1 to .2 of these vectors is where adding them helps most.
 */
@Injectable()
export class HashedEmbedder extends Embedder {
  readonly model = 'hashed-v1';
  readonly dimensions = hashedDimensions;
  readonly fusionWeight = 0.15;

  override get isLexical(): boolean {
    return true;
  }

  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly workers: TextWorkerPool,
  ) {
    super();
  }

  async embedPassages(texts: string[], signal?: AbortSignal): Promise<Float32Array[]> {
    return this.workers.vectors(texts, signal);
  }

  async embedQuery(text: string, termWeight?: (term: string) => number): Promise<Float32Array> {
    if (!termWeight) return hashedVector(text);
    return hashedVector(text, (word) => Math.max(leastWeight, ...this.tokenizer.terms(word).map(termWeight)));
  }
}
