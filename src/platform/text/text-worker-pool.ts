import { availableParallelism } from 'node:os';
import type { OnApplicationShutdown } from '@nestjs/common';
import { hashedDimensions } from './hashed-vectors.js';
import { runTextTask, type TextResult, type TextTask } from './text-tasks.js';
import { WorkerPool } from './worker-pool.js';

/** A batch ends at either bound: small enough to share the threads, large enough to be worth a message. */
const maxBatchTexts = 64;
const maxBatchChars = 65_536;

const batchesOf = (texts: string[]): string[][] => {
  const batches: string[][] = [];
  let chars = 0;
  for (const text of texts) {
    const last = batches.at(-1);
    if (last && last.length < maxBatchTexts && chars + text.length <= maxBatchChars) last.push(text);
    else {
      batches.push([text]);
      chars = 0;
    }
    chars += text.length;
  }
  return batches;
};

/** Terms and hashed vectors of many texts, computed in worker threads. */
export class TextWorkerPool implements OnApplicationShutdown {
  private readonly pool: WorkerPool<TextTask, TextResult>;

  /** @param entry the compiled `text-worker.js`; beside this file unless a test says otherwise */
  constructor(entry: URL = new URL('./text-worker.js', import.meta.url)) {
    const size = Math.max(1, Math.min(2, availableParallelism() - 1));
    this.pool = new WorkerPool({ entry, inProcess: runTextTask, size });
  }

  async terms(texts: string[]): Promise<string[][]> {
    const results = await Promise.all(
      batchesOf(texts).map((batch) => this.pool.run({ kind: 'terms', texts: batch })),
    );
    return results.flatMap((result) => (result.kind === 'terms' ? result.terms : []));
  }

  async vectors(texts: string[], signal?: AbortSignal): Promise<Float32Array[]> {
    const results = await Promise.all(
      batchesOf(texts).map((batch) => this.pool.run({ kind: 'vectors', texts: batch }, signal)),
    );
    return results.flatMap((result) => (result.kind === 'vectors' ? split(result.values) : []));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.close();
  }
}

const split = (values: Float32Array): Float32Array[] =>
  Array.from({ length: values.length / hashedDimensions }, (_, index) =>
    values.slice(index * hashedDimensions, (index + 1) * hashedDimensions),
  );
