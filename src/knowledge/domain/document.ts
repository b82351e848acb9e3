import type { Problem } from '../../shared/problem.js';
import type { GeneratedMetadata } from './generated-metadata.js';
import type { ProgressCounts } from './progress-counts.js';

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
  /** Detected, not declared. Null, like the hash, before the first bytes have been fetched. */
  mimeType: string | null;
  sizeBytes: number;
  /** Lower-case hex. */
  sha256: string | null;
  /** Object store keys: the original bytes (null: still to be fetched), and the extracted text once there is one. */
  objectKey: string | null;
  textKey: string | null;
  status: DocumentStatus;
  /** 0 to 100 over the whole ingestion. */
  percent: number;
  /** What that is counted from; null where nothing is counted. */
  counts: ProgressCounts | null;
  error: Problem | null;
  chunkCount: number;
  /** How often a worker has claimed it. */
  attempts: number;
  /** Of what came from a URL: the address that the page calls its own, and when these bytes were last seen there. */
  canonicalUrl: string | null;
  fetchedAt: Date | null;
  updatedAt: Date;
}

/** A version whose bytes are in the store. */
export type StoredVersion = DocumentVersion & { mimeType: string; sha256: string; objectKey: string };

export const isStored = (version: DocumentVersion): version is StoredVersion =>
  version.mimeType !== null && version.sha256 !== null && version.objectKey !== null;

export interface Document {
  id: string;
  ownerId: string;
  collectionId: string;
  title: string;
  /** Where it is fetched from; null for what was uploaded. */
  sourceUrl: string | null;
  /** Number of the newest version. */
  version: number;
  /** The version that searches answer from; null before the first is ready. */
  searchableVersion: number | null;
  metadata: Metadata;
  /** Written by a language model from the searchable version; null when it has not (yet). */
  generated: GeneratedMetadata | null;
  /** Rises with every change that a client makes; what `If-Match` compares. */
  revision: number;
  createdAt: Date;
  updatedAt: Date;
  newest: DocumentVersion;
}
