import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import { crashPoint } from '../../shared/crash-point.js';
import type { Chunk } from '../domain/chunk.js';
import { ChunkIndex, type EmbeddedChunk } from './chunk-index.port.js';
import { ClaimLost } from './claim-lease.js';
import { DocumentDispatch } from './document-dispatch.service.js';
import { EmbedChunks } from './embed-chunks.service.js';
import { IngestionRepository, type Claim } from './ingestion.repository.js';

export interface IndexHooks {
  onWritten(chunks: number): void;
  signal: AbortSignal;
}

/** Embeds and writes a version's chunks invisibly in bounded batches, then makes them searchable at once. */
@Injectable()
export class IndexVersion {
  constructor(
    private readonly ingestion: IngestionRepository,
    private readonly index: ChunkIndex,
    private readonly embedding: EmbedChunks,
    private readonly transaction: Transaction,
    private readonly dispatch: DocumentDispatch,
  ) {}

  /** While one batch is written the next is embedded. */
  async write(claim: Claim, chunks: Chunk[], hooks: IndexHooks): Promise<void> {
    const { batchSize } = this.embedding;
    let coming = this.embedFrom(chunks, 0, hooks.signal);
    for (let start = 0; start < chunks.length; start += batchSize) {
      const batch = await coming;
      hooks.signal.throwIfAborted();
      coming = this.embedFrom(chunks, start + batchSize, hooks.signal);
      await this.index.write(claim, this.embedding.model, batch);
      crashPoint('knowledge.mid-embedding');
      hooks.onWritten(start + batch.length);
    }
  }

  private embedFrom(chunks: Chunk[], start: number, signal: AbortSignal): Promise<EmbeddedChunk[]> {
    const batch = chunks.slice(start, start + this.embedding.batchSize);
    if (batch.length === 0) return Promise.resolve([]);
    const coming = this.embedding.embed(batch, signal);
    // Nobody waits for it when the write before it fails.
    coming.catch(() => undefined);
    return coming;
  }

  /** From the commit on searches answer from this version. @throws ClaimLost */
  async publish(claim: Claim, chunkCount: number): Promise<void> {
    crashPoint('knowledge.before-commit');
    await this.transaction.run(async () => {
      const document = await this.ingestion.lockForPublish(claim);
      if (!document) throw new ClaimLost();
      await this.index.publish(claim, document.searchableVersion);
      await this.ingestion.complete(claim, chunkCount);
      await this.dispatch.announceEnd(claim, 'ready');
    });
  }

  /** What an earlier or failed attempt wrote. */
  async discard(claim: Claim): Promise<void> {
    await this.index.remove(claim);
  }
}
