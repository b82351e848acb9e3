/** Statements of `PostgresReindexRepository`. */

/**
 * Over all owners: it serves the machine. A document's first chunk tells of the others: they are published together. `$1` model.
 */
export const listOfOtherModels = `
  SELECT c.id AS collection_id, c.owner_id
  FROM collection c
  WHERE c.deleted_at IS NULL
    AND (c.embedding_model <> $1 OR EXISTS (
      SELECT 1
      FROM document d
      JOIN chunk ON chunk.document_id = d.id AND chunk.version = d.searchable_version AND chunk.ordinal = 0
      WHERE d.owner_id = c.owner_id AND d.collection_id = c.id AND d.deleted_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM chunk_embedding e WHERE e.chunk_id = chunk.id AND e.model = $1)))
  ORDER BY c.id`;

/** `$1` collection, `$2` owner, `$3` id, `$4` model. */
export const start = `
  INSERT INTO reindex (collection_id, owner_id, id, model) VALUES ($1, $2, $3, $4)
  ON CONFLICT (collection_id) DO UPDATE SET
    id = excluded.id, model = excluded.model, all_queued = false, created_at = now()`;

export const takeOnModel = `
  UPDATE collection
  SET embedding_model = $3, revision = revision + 1, updated_at = now()
  WHERE owner_id = $1 AND id = $2 AND embedding_model <> $3`;

/**
 * Documents that answer searches and that the run `r` has not queued. Those in work are read as things are today
 * anyway, and so is what was uploaded since the run began. `s` has the bytes: the newest version, unless it could not
 * be fetched from its URL.
 */
const left = `
  FROM document d
  JOIN document_version v ON v.document_id = d.id AND v.version = d.version
  JOIN document_version s ON s.document_id = d.id
    AND s.version = CASE WHEN v.object_key IS NULL THEN d.searchable_version ELSE v.version END
  WHERE d.owner_id = r.owner_id AND d.collection_id = r.collection_id AND d.deleted_at IS NULL
    AND d.searchable_version IS NOT NULL AND v.status IN ('ready', 'failed')
    AND v.created_at < r.created_at AND v.reindex_id IS DISTINCT FROM r.id`;

/** `$1` owner, `$2` collection. A version that a newer upload overtook is done, and no failure. */
export const find = `
  SELECT r.id, r.collection_id, r.owner_id, r.model, r.all_queued, made.total, made.done, made.failed,
         CASE WHEN r.all_queued THEN 0 ELSE (SELECT count(*) ${left}) END AS left
  FROM reindex r
  CROSS JOIN LATERAL (
    SELECT count(*) AS total,
           count(*) FILTER (WHERE v.status IN ('ready', 'failed')) AS done,
           count(*) FILTER (WHERE v.status = 'failed' AND v.version = d.version) AS failed
    FROM document_version v
    JOIN document d ON d.id = v.document_id
    WHERE v.reindex_id = r.id AND v.owner_id = r.owner_id AND d.deleted_at IS NULL
  ) made
  WHERE r.owner_id = $1 AND r.collection_id = $2`;

/** Over all owners: it serves the machine. */
export const listUnfinished = `
  SELECT r.id, r.collection_id, r.owner_id, r.model
  FROM reindex r
  JOIN collection c ON c.id = r.collection_id AND c.deleted_at IS NULL
  WHERE NOT r.all_queued
  ORDER BY r.created_at
  LIMIT 100`;

/** `$1` id. Nothing when another worker holds it, or it has been replaced. */
export const hold = `
  SELECT (
    SELECT count(*) FROM document_version v
    WHERE v.reindex_id = r.id AND v.status NOT IN ('ready', 'failed')
  ) AS waiting
  FROM reindex r
  WHERE r.id = $1 AND NOT r.all_queued
  FOR UPDATE SKIP LOCKED`;

/** `$1` id, `$2` how many. The document's row first, as everywhere: whoever queues a version holds it. */
export const lockNext = `
  SELECT d.id
  FROM reindex r
  CROSS JOIN LATERAL (SELECT d.id ${left} ORDER BY d.id LIMIT $2) chosen
  JOIN document d ON d.id = chosen.id AND d.owner_id = r.owner_id
  WHERE r.id = $1
  FOR UPDATE OF d`;

/** `$1` id, `$2` the locked documents: what has happened to one before it was locked, only a new statement sees. */
export const queueNext = `
  WITH next AS (
    SELECT stale.*, r.id AS run_id
    FROM reindex r
    CROSS JOIN LATERAL (SELECT s.*, d.version + 1 AS next_version ${left} AND d.id = ANY($2::uuid[])) stale
    WHERE r.id = $1
  ), added AS (
    INSERT INTO document_version
      (document_id, version, owner_id, collection_id, filename, mime_type, size_bytes, sha256, object_key,
       canonical_url, fetched_at, etag, last_modified, reindex_id, status)
    SELECT document_id, next_version, owner_id, collection_id, filename, mime_type, size_bytes, sha256,
           object_key, canonical_url, fetched_at, etag, last_modified, run_id, 'queued'
    FROM next
    RETURNING document_id, version, owner_id
  )
  UPDATE document d
  SET version = added.version, updated_at = now()
  FROM added
  WHERE d.id = added.document_id AND d.owner_id = added.owner_id
  RETURNING d.id AS document_id, d.version`;

/** `$1` id. */
export const noteAllQueued = `
  UPDATE reindex r SET all_queued = true WHERE r.id = $1 AND NOT EXISTS (SELECT 1 ${left})`;
