import type { OnApplicationShutdown } from '@nestjs/common';
import type { ChunkingConfig } from '../../../platform/config/chunking.config.js';
import { WorkerPool } from '../../../platform/text/worker-pool.js';
import { DocumentChunker } from '../../application/document-chunker.port.js';
import type { Chunk, ExtractedText } from '../../domain/chunk.js';
import type { ChunkingLimits } from '../../domain/chunking.js';
import { runChunkingTask, type ChunkingTask } from './chunking-task.js';

/** Cuts documents one at a time in a worker thread, by o200k_base tokens. */
export class ThreadedDocumentChunker extends DocumentChunker implements OnApplicationShutdown {
  private readonly pool: WorkerPool<ChunkingTask, Chunk[]>;
  private readonly limits: ChunkingLimits;

  /** @param entry the compiled `chunking-worker.js`; beside this file unless a test says otherwise */
  constructor(config: ChunkingConfig, entry: URL = new URL('./chunking-worker.js', import.meta.url)) {
    super();
    this.pool = new WorkerPool({ entry, inProcess: runChunkingTask, size: 1 });
    const { targetTokens, overlapTokens, maxTokens } = config;
    this.limits = {
      targetTokens: Math.min(targetTokens, maxTokens),
      overlapTokens: Math.min(overlapTokens, Math.floor(targetTokens / 2)),
      maxTokens,
    };
  }

  async chunk(extracted: ExtractedText, signal?: AbortSignal): Promise<Chunk[]> {
    return this.pool.run({ extracted, limits: this.limits }, signal);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.close();
  }
}
