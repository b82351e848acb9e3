import type { Problem } from '../../shared/problem.js';

export const documentStatuses = ['queued', 'extracting', 'embedding', 'indexing', 'ready', 'failed'] as const;
export type DocumentStatus = (typeof documentStatuses)[number];

export const isSettled = (status: DocumentStatus): boolean => status === 'ready' || status === 'failed';

export type Metadata = Record<string, unknown>;

/** One state of a document's bytes. Versions are never changed, only superseded by the next. */
export interface DocumentVersion {
  documentId: string;
  /** From 1. */
  version: number;
  ownerId: string;
  collectionId: string;
  filename: string;
  /** Detected, not declared. */
  mimeType: string;
  sizeBytes: number;
  /** Lower-case hex. */
  sha256: string;
  /** Object store keys: the original bytes, and the extracted text once there is one. */
  objectKey: string;
  textKey: string | null;
  status: DocumentStatus;
  /** 0 to 100 over the whole ingestion. */
  percent: number;
  error: Problem | null;
  chunkCount: number;
  /** How often a worker has claimed it. */
  attempts: number;
  updatedAt: Date;
}

export interface Document {
  id: string;
  ownerId: string;
  collectionId: string;
  title: string;
  /** Number of the newest version. */
  version: number;
  /** The version that searches answer from; null before the first is ready. */
  searchableVersion: number | null;
  metadata: Metadata;
  generated: { summary: string; keywords: string[]; category: string } | null;
  /** Rises with every change that a client makes; what `If-Match` compares. */
  revision: number;
  createdAt: Date;
  updatedAt: Date;
  newest: DocumentVersion;
}
