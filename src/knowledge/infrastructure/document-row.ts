import type { Problem } from '../../shared/problem.js';
import type { Document, DocumentStatus, DocumentVersion, Metadata } from '../domain/document.js';
import type { ProgressCounts } from '../domain/progress-counts.js';

export interface VersionRow {
  document_id: string;
  version: number;
  owner_id: string;
  collection_id: string;
  filename: string;
  mime_type: string | null;
  size_bytes: string;
  sha256: string | null;
  object_key: string | null;
  text_key: string | null;
  status: DocumentStatus;
  percent: number;
  progress_counts: ProgressCounts | null;
  error: Problem | null;
  chunk_count: number;
  attempts: number;
  canonical_url: string | null;
  fetched_at: Date | null;
  version_updated_at: Date;
}

export interface DocumentRow extends VersionRow {
  title: string;
  source_url: string | null;
  searchable_version: number | null;
  metadata: Metadata;
  generated: Document['generated'];
  revision: number;
  created_at: Date;
  updated_at: Date;
}

export const versionColumns = `
  v.document_id, v.version, v.owner_id, v.collection_id, v.filename, v.mime_type, v.size_bytes, v.sha256,
  v.object_key, v.text_key, v.status, v.percent, v.progress_counts, v.error,
  v.chunk_count, v.attempts, v.canonical_url, v.fetched_at,
  v.updated_at AS version_updated_at`;

/** A document joined with its newest version. */
export const documentColumns = `${versionColumns},
  d.title, d.source_url, d.searchable_version, d.metadata, d.generated, d.revision, d.created_at, d.updated_at`;

export const toVersion = (row: VersionRow): DocumentVersion => ({
  documentId: row.document_id,
  version: row.version,
  ownerId: row.owner_id,
  collectionId: row.collection_id,
  filename: row.filename,
  mimeType: row.mime_type,
  sizeBytes: Number(row.size_bytes),
  sha256: row.sha256,
  objectKey: row.object_key,
  textKey: row.text_key,
  status: row.status,
  percent: row.percent,
  counts: row.progress_counts,
  error: row.error,
  chunkCount: row.chunk_count,
  attempts: row.attempts,
  canonicalUrl: row.canonical_url,
  fetchedAt: row.fetched_at,
  updatedAt: row.version_updated_at,
});

export const toDocument = (row: DocumentRow): Document => ({
  id: row.document_id,
  ownerId: row.owner_id,
  collectionId: row.collection_id,
  title: row.title,
  sourceUrl: row.source_url,
  version: row.version,
  searchableVersion: row.searchable_version,
  metadata: row.metadata,
  generated: row.generated,
  revision: row.revision,
  createdAt: row.created_at,
  updatedAt: row.updated_at > row.version_updated_at ? row.updated_at : row.version_updated_at,
  newest: toVersion(row),
});
