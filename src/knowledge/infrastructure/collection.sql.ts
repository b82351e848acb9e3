/** Statements of `PostgresCollectionRepository`. `$1` is always the owner, but for `insert`, where it is the id. */

/** Nothing when the owner has a collection of that name. */
export const insert = `
  INSERT INTO collection (id, owner_id, name, description, embedding_model)
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (owner_id, name) WHERE deleted_at IS NULL DO NOTHING
  RETURNING id`;

export const byId = 'c.id = $2';

/** `$2` last id of the page before or null, `$3` name or null, `$4` limit. */
export const newestFirst = `
    ($2::uuid IS NULL OR c.id < $2) AND ($3::text IS NULL OR c.name = $3)
  ORDER BY c.id DESC
  LIMIT $4`;

/** Collections with the number and size of their documents' newest versions. */
export const summary = (condition: string): string => `
  SELECT c.id, c.owner_id, c.name, c.description, c.embedding_model, c.revision, c.created_at, c.updated_at,
         content.document_count, content.size_bytes
  FROM collection c
  CROSS JOIN LATERAL (
    SELECT count(*) AS document_count, coalesce(sum(v.size_bytes), 0) AS size_bytes
    FROM document d
    JOIN document_version v ON v.document_id = d.id AND v.version = d.version
    WHERE d.owner_id = c.owner_id AND d.collection_id = c.id AND d.deleted_at IS NULL
  ) content
  WHERE c.owner_id = $1 AND c.deleted_at IS NULL AND ${condition}`;

export const existing = `
  SELECT id FROM collection WHERE owner_id = $1 AND id = ANY($2::uuid[]) AND deleted_at IS NULL`;

export const lock = `
  SELECT id, owner_id, name, description, embedding_model, revision, created_at, updated_at
  FROM collection
  WHERE owner_id = $1 AND id = $2 AND deleted_at IS NULL
  FOR UPDATE`;

export const update = `
  UPDATE collection
  SET name = $3, description = $4, revision = revision + 1, updated_at = now()
  WHERE owner_id = $1 AND id = $2 AND deleted_at IS NULL`;

export const markDeleted = `
  UPDATE collection SET deleted_at = now() WHERE owner_id = $1 AND id = $2 AND deleted_at IS NULL`;

/** A raised epoch voids the claim of whoever works on the version. */
export const stopWorkOnDocuments = `
  UPDATE document_version
  SET epoch = epoch + 1, status = 'failed', lease_until = NULL, updated_at = now()
  WHERE owner_id = $1 AND collection_id = $2 AND status NOT IN ('ready', 'failed')`;

export const markDocumentsDeleted = `
  UPDATE document SET deleted_at = now()
  WHERE owner_id = $1 AND collection_id = $2 AND deleted_at IS NULL`;
