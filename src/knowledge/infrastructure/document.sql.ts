import { documentColumns, versionColumns } from './document-row.js';

/** Statements of `PostgresDocumentRepository`. `$1` is the owner wherever a statement reads or changes. */

export const insertDocument = `
  INSERT INTO document (id, owner_id, collection_id, title, version, metadata)
  VALUES ($1, $2, $3, $4, 1, $5::jsonb)`;

export const insertVersion = `
  INSERT INTO document_version
    (document_id, version, owner_id, collection_id, filename, mime_type, size_bytes, sha256, object_key, request_id,
     status)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'queued')`;

const fromDocuments = `
  FROM document d
  JOIN document_version v ON v.document_id = d.id AND v.version = d.version
  WHERE d.owner_id = $1 AND d.deleted_at IS NULL`;

export const findById = `SELECT ${documentColumns} ${fromDocuments} AND d.id = $2`;

/**
 * Read the document only after this, by a statement of its own: a join that waits for the lock would look for the
 * version that was the newest before it waited, and find nothing.
 */
export const lock = `
  SELECT id FROM document WHERE owner_id = $1 AND id = $2 AND deleted_at IS NULL FOR UPDATE`;

/** `$3` last id of the page before or null, `$4` status or null, `$5` limit. */
export const listByCollection = `
  SELECT ${documentColumns} ${fromDocuments}
    AND d.collection_id = $2
    AND ($3::uuid IS NULL OR d.id < $3)
    AND ($4::text IS NULL OR v.status = $4)
  ORDER BY d.id DESC
  LIMIT $5`;

/** The oldest, so that repeats are answered alike. */
export const findByHash = `
  SELECT ${documentColumns} ${fromDocuments}
    AND v.owner_id = $1 AND v.collection_id = $2 AND v.sha256 = $3
  ORDER BY d.id
  LIMIT 1`;

export const findVersion = `
  SELECT ${versionColumns}
  FROM document_version v
  JOIN document d ON d.id = v.document_id
  WHERE d.owner_id = $1 AND d.id = $2 AND d.deleted_at IS NULL AND v.version = $3`;

export const update = `
  UPDATE document
  SET title = $3, metadata = $4::jsonb, revision = revision + 1, updated_at = now()
  WHERE owner_id = $1 AND id = $2 AND deleted_at IS NULL`;

/** A raised epoch voids the claim of whoever works on the version. */
export const supersedeVersion = `
  UPDATE document_version
  SET status = 'failed', error = $4::jsonb, epoch = epoch + 1, lease_until = NULL, updated_at = now()
  WHERE owner_id = $1 AND document_id = $2 AND version = $3 AND status NOT IN ('ready', 'failed')`;

export const setNewestVersion = `
  UPDATE document
  SET version = $3, revision = revision + 1, updated_at = now()
  WHERE owner_id = $1 AND id = $2 AND deleted_at IS NULL`;

/** `$3` the request. */
export const requeue = `
  UPDATE document_version v
  SET status = 'queued', percent = 0, progress_counts = NULL, error = NULL, attempts = 0, chunk_count = 0, lease_until = NULL,
      epoch = epoch + 1, dispatch = dispatch + 1, queued_at = now(), request_id = $3, updated_at = now()
  FROM document d
  WHERE d.owner_id = $1 AND d.id = $2 AND d.deleted_at IS NULL
    AND v.document_id = d.id AND v.version = d.version AND v.status = 'failed'
  RETURNING v.dispatch`;

export const stopWork = `
  UPDATE document_version
  SET epoch = epoch + 1, status = 'failed', lease_until = NULL, updated_at = now()
  WHERE owner_id = $1 AND document_id = $2 AND status NOT IN ('ready', 'failed')`;

export const markDeleted = `
  UPDATE document SET deleted_at = now() WHERE owner_id = $1 AND id = $2 AND deleted_at IS NULL`;

/** `$3`: only those that searches can find. */
export const existing = `
  SELECT id FROM document
  WHERE owner_id = $1 AND id = ANY($2::uuid[]) AND deleted_at IS NULL
    AND (NOT $3::boolean OR searchable_version IS NOT NULL)`;
