import {
  ChunkIndex,
  type EmbeddedChunk,
  type StoredChunk,
  type VersionRef,
} from '../../src/knowledge/application/chunk-index.port.js';
import type { Tokenizer } from '../../src/platform/text/tokenizer.port.js';
import { newId } from '../../src/shared/ids.js';
import type { Page, PageRequest } from '../../src/shared/page.js';
import { WhitespaceTokenizer } from './whitespace-tokenizer.js';

export interface CollectionStatistics {
  chunkCount: number;
  termTotal: number;
  /** Term → chunks that contain it; only terms that some chunk contains. */
  terms: Map<string, number>;
}

/** Keeps chunks in a map and counts statistics as the port says. Knows no transactions: nothing rolls back. */
export class InMemoryChunkIndex extends ChunkIndex {
  private readonly versions = new Map<string, Map<number, StoredChunk & { model: string }>>();
  private readonly counts = new Map<string, CollectionStatistics>();

  constructor(private readonly tokenizer: Tokenizer = new WhitespaceTokenizer()) {
    super();
  }

  async write(ref: VersionRef, model: string, chunks: EmbeddedChunk[]): Promise<void> {
    const stored = this.chunksOf(ref);
    for (const { embedding: _, ...chunk } of chunks) {
      const id = stored.get(chunk.ordinal)?.id ?? newId();
      stored.set(chunk.ordinal, { ...chunk, id, documentId: ref.documentId, version: ref.version, model });
    }
  }

  async publish(ref: VersionRef, previousVersion: number | null): Promise<void> {
    if (previousVersion === ref.version) return;
    if (previousVersion !== null) this.count({ ...ref, version: previousVersion }, -1);
    this.count(ref, 1);
  }

  async withdraw(ref: VersionRef): Promise<void> {
    this.count(ref, -1);
  }

  async remove(ref: VersionRef): Promise<void> {
    this.versions.delete(keyOf(ref));
  }

  async listByVersion(ref: VersionRef, page: PageRequest): Promise<Page<StoredChunk>> {
    const inOrder = [...this.chunksOf(ref).values()].toSorted((a, b) => a.ordinal - b.ordinal);
    const start = page.afterId ? inOrder.findIndex(({ id }) => id === page.afterId) + 1 : 0;
    const data = inOrder.slice(start, start + page.limit).map(({ model: _model, ...chunk }) => chunk);
    const more = inOrder.length > start + page.limit;
    return { data, nextCursor: more ? data.at(-1)!.id : null };
  }

  statistics(collectionId: string): CollectionStatistics {
    return this.counts.get(collectionId) ?? { chunkCount: 0, termTotal: 0, terms: new Map() };
  }

  private count(ref: VersionRef, sign: 1 | -1): void {
    const statistics = structuredClone(this.statistics(ref.collectionId));
    for (const chunk of this.chunksOf(ref).values()) {
      const terms = this.tokenizer.terms(`${chunk.context}\n${chunk.text}`);
      statistics.chunkCount += sign;
      statistics.termTotal += sign * terms.length;
      for (const term of new Set(terms)) {
        const containing = (statistics.terms.get(term) ?? 0) + sign;
        if (containing > 0) statistics.terms.set(term, containing);
        else statistics.terms.delete(term);
      }
    }
    this.counts.set(ref.collectionId, statistics);
  }

  private chunksOf(ref: VersionRef): Map<number, StoredChunk & { model: string }> {
    const known = this.versions.get(keyOf(ref)) ?? new Map<number, StoredChunk & { model: string }>();
    this.versions.set(keyOf(ref), known);
    return known;
  }
}

const keyOf = (ref: VersionRef): string => `${ref.ownerId} ${ref.documentId} ${ref.version}`;
