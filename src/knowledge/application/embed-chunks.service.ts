import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { KnowledgeConfig } from '../../platform/config/knowledge.config.js';
import { Embedder } from '../../platform/models/embedder.port.js';
import { toAppError } from '../../shared/problem.js';
import type { Chunk } from '../domain/chunk.js';
import type { EmbeddedChunk } from './chunk-index.port.js';

/** Waits between tries of one batch; an upstream that names its own wait is heeded up to the bound. */
const waitsMs = [500, 2_000, 8_000];
const maxWaitMs = 30_000;

/** Vectors for one batch of chunks. A passing fault of the upstream costs a wait, not the whole document. */
@Injectable()
export class EmbedChunks {
  constructor(
    private readonly embedder: Embedder,
    private readonly config: KnowledgeConfig,
  ) {}

  get batchSize(): number {
    return this.config.embeddingBatch;
  }

  get model(): string {
    return this.embedder.model;
  }

  async embed(chunks: Chunk[], signal: AbortSignal): Promise<EmbeddedChunk[]> {
    const texts = chunks.map(({ context, text }) => (context === '' ? text : `${context}\n${text}`));
    const vectors = await this.embedWithPatience(texts, signal);
    return chunks.map((chunk, position) => {
      const embedding = vectors[position];
      if (!embedding) throw new Error('The embedder gave fewer vectors than it was given passages.');
      return { ...chunk, embedding };
    });
  }

  private async embedWithPatience(texts: string[], signal: AbortSignal): Promise<Float32Array[]> {
    for (const waitMs of waitsMs) {
      try {
        return await this.embedder.embedPassages(texts, signal);
      } catch (error) {
        signal.throwIfAborted();
        const { retryable, kind, retryAfterSeconds = 0 } = toAppError(error);
        if (!retryable || kind === 'internal') throw error;
        await pause(Math.min(Math.max(waitMs, retryAfterSeconds * 1_000), maxWaitMs), undefined, { signal });
      }
    }
    return this.embedder.embedPassages(texts, signal);
  }
}
