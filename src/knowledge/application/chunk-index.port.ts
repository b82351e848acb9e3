import type { Page, PageRequest } from '../../shared/page.js';
import type { Chunk } from '../domain/chunk.js';

/** Which version of which document; the owner goes into every statement. */
export interface VersionRef {
  ownerId: string;
  collectionId: string;
  documentId: string;
  version: number;
}

export interface EmbeddedChunk extends Chunk {
  /** L2-normalised. */
  embedding: Float32Array;
}

export interface StoredChunk extends Chunk {
  id: string;
  documentId: string;
  version: number;
}

/**
 * The searchable side of a document: chunk rows, their lexical terms and vectors, and the collection's BM25
 * statistics. Written invisibly in batches, made visible by one short publish.
 */
export abstract class ChunkIndex {
  /** Writes one batch invisibly. The same ordinals again replace the earlier rows (jobs may run twice). */
  abstract write(ref: VersionRef, model: string, chunks: EmbeddedChunk[]): Promise<void>;

  /**
   * Adds the version's chunks to the collection's statistics and takes the previously searchable version's out, whose
   * vectors go.
   * Joins the caller's transaction, in which the caller also sets `document.searchable_version`.
   */
  abstract publish(ref: VersionRef, previousVersion: number | null): Promise<void>;

  /** Takes a searchable version out of the statistics; joins the transaction in which the document is hidden. */
  abstract withdraw(ref: VersionRef): Promise<void>;

  /** Deletes rows and vectors in bounded batches. Only for versions that are not searchable (any more). */
  abstract remove(ref: VersionRef): Promise<void>;

  /** In document order. */
  abstract listByVersion(ref: VersionRef, page: PageRequest): Promise<Page<StoredChunk>>;
}
