import { documentColumns } from './document-row.js';
import { held, newLease } from './ingestion.sql.js';

/** Statements of `PostgresSourceRepository`. `$1` is the owner wherever a statement reads or changes. */

export const insertDocument = `
  INSERT INTO document (id, owner_id, collection_id, title, version, metadata, source_url)
  VALUES ($1, $2, $3, $4, 1, $5::jsonb, $6)`;

export const insertVersion = `
  INSERT INTO document_version (document_id, version, owner_id, collection_id, filename, size_bytes, request_id, status)
  VALUES ($1, 1, $2, $3, $4, 0, $5, 'queued')`;

/** The oldest, so that repeats are answered alike. */
export const findByUrl = `
  SELECT ${documentColumns}
  FROM document d
  JOIN document_version v ON v.document_id = d.id AND v.version = d.version
  WHERE d.owner_id = $1 AND d.collection_id = $2 AND d.source_url = $3 AND d.deleted_at IS NULL
  ORDER BY d.id
  LIMIT 1`;

/**
 * `$3` the version that is the newest now, `$4` the request. Its number may have been given to a version that was taken back: epoch and
 * dispatch go on from there, so that neither a lost worker nor a retained job of that one passes for this one's.
 */
export const addVersion = `
  INSERT INTO document_version
    (document_id, version, owner_id, collection_id, filename, mime_type, size_bytes, sha256, status,
     canonical_url, fetched_at, etag, last_modified, epoch, dispatch, request_id)
  SELECT document_id, version + 1, owner_id, collection_id, filename, mime_type, size_bytes, sha256, 'queued',
         canonical_url, fetched_at, etag, last_modified, epoch, dispatch + 1, $4
  FROM document_version
  WHERE owner_id = $1 AND document_id = $2 AND version = $3
  RETURNING dispatch`;

/** `$3` the request. What was fetched and failed to be read says nothing about what a fetch would find: nothing to compare with. */
export const refetch = `
  UPDATE document_version v
  SET status = 'queued', percent = 0, progress_counts = NULL, error = NULL, attempts = 0, chunk_count = 0, lease_until = NULL,
      sha256 = CASE WHEN v.object_key IS NULL THEN v.sha256 END,
      etag = CASE WHEN v.object_key IS NULL THEN v.etag END,
      last_modified = CASE WHEN v.object_key IS NULL THEN v.last_modified END,
      object_key = NULL,
      epoch = epoch + 1, dispatch = dispatch + 1, queued_at = now(), request_id = $3, updated_at = now()
  FROM document d
  WHERE d.owner_id = $1 AND d.id = $2 AND d.deleted_at IS NULL
    AND v.document_id = d.id AND v.version = d.version AND v.status = 'failed'
  RETURNING v.dispatch`;

/** A version to go back to is one that is ready and has the bytes that this one expects. */
const before = `
  EXISTS (SELECT 1 FROM document_version b
          WHERE b.document_id = v.document_id AND b.version = v.version - 1
            AND b.status = 'ready' AND b.sha256 = v.sha256)`;

export const knownContent = `
  SELECT v.sha256, v.etag, v.last_modified
  FROM document_version v
  WHERE v.owner_id = $1 AND v.document_id = $2 AND v.version = $3 AND ${before}`;

/** `$4` hash. */
export const findTwin = `
  SELECT d.id
  FROM document d
  JOIN document_version v ON v.document_id = d.id AND v.version = d.version
  WHERE d.owner_id = $1 AND d.collection_id = $2 AND d.id <> $3 AND d.deleted_at IS NULL
    AND v.owner_id = $1 AND v.collection_id = $2 AND v.sha256 = $4 AND v.status <> 'failed'
  ORDER BY d.id
  LIMIT 1`;

export const recordFetched = `
  UPDATE document_version
  SET filename = $5, mime_type = $6, size_bytes = $7, sha256 = $8, object_key = $9, canonical_url = $10, etag = $11,
      last_modified = $12, fetched_at = now(), lease_until = ${newLease}, updated_at = now()
  WHERE ${held}`;

export const takeBack = `DELETE FROM document_version v WHERE ${held} AND ${before} RETURNING epoch, dispatch`;

/** `$3` the version that was taken back. */
export const restoreNewest = `
  UPDATE document
  SET version = $3 - 1, revision = revision + 1, updated_at = now()
  WHERE owner_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL`;

export const seenAgain = `
  UPDATE document_version
  SET canonical_url = coalesce($4, canonical_url), etag = $5, last_modified = $6, fetched_at = now(),
      epoch = greatest(epoch, $7), dispatch = $8, updated_at = now()
  WHERE owner_id = $1 AND document_id = $2 AND version = $3 - 1`;

/** `$3` the title that it must have, `$4` the new one. */
export const replaceTitle = `
  UPDATE document SET title = $4, updated_at = now()
  WHERE owner_id = $1 AND id = $2 AND title = $3 AND deleted_at IS NULL`;
