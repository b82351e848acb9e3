import { newLease } from './ingestion.sql.js';

/** Statements of `PostgresMetadataWorkRepository`. A claim is held by (owner, document, version, epoch). */

/** One worker at a time chooses: two that chose at once would take the same. */
export const takeTurns = `SELECT pg_advisory_xact_lock(hashtextextended('protostar.metadata', 0))`;

/** As the index `document_ungenerated` has them. */
const isUngenerated =
  'd.searchable_version IS NOT NULL AND d.generated_from IS NULL AND d.deleted_at IS NULL';

/**
 * Walks from owner to owner along the index `document_ungenerated`. Of each the newest document: what was added a moment
 * ago is looked at, and a setting that is turned on late finds thousands of others. Over all owners: it serves the machine.
 */
export const chooseNext = `
  WITH RECURSIVE waiting AS (
    (SELECT d.owner_id FROM document d WHERE ${isUngenerated} ORDER BY d.owner_id LIMIT 1)
    UNION ALL
    SELECT following.owner_id
    FROM waiting
    CROSS JOIN LATERAL (
      SELECT d.owner_id FROM document d
      WHERE ${isUngenerated} AND d.owner_id > waiting.owner_id
      ORDER BY d.owner_id
      LIMIT 1
    ) following
  )
  SELECT due.id, waiting.owner_id
  FROM waiting
  CROSS JOIN LATERAL (
    SELECT d.id
    FROM document d
    LEFT JOIN metadata_generation g ON g.document_id = d.id
    WHERE d.owner_id = waiting.owner_id AND ${isUngenerated}
      AND (g.document_id IS NULL OR g.version <> d.searchable_version
           OR (g.due_at <= now() AND (g.lease_until IS NULL OR g.lease_until < now())))
    ORDER BY d.id DESC
    LIMIT 1
  ) due
  LEFT JOIN LATERAL (
    SELECT max(g.claimed_at) AS served_at FROM metadata_generation g WHERE g.owner_id = waiting.owner_id
  ) turn ON true
  ORDER BY turn.served_at NULLS FIRST, waiting.owner_id
  LIMIT 1`;

/** `$1` owner, `$2` document. Nothing when it has been deleted since it was chosen. */
export const claim = `
  WITH due AS (
    SELECT d.id, d.owner_id, d.searchable_version, d.title
    FROM document d
    WHERE d.owner_id = $1 AND d.id = $2 AND ${isUngenerated}
  ), claimed AS (
    INSERT INTO metadata_generation AS g
      (document_id, owner_id, version, attempts, epoch, lease_until, due_at, claimed_at)
    SELECT id, owner_id, searchable_version, 1, 1, ${newLease}, now(), clock_timestamp() FROM due
    ON CONFLICT (document_id) DO UPDATE SET
      version = excluded.version, epoch = g.epoch + 1,
      attempts = CASE WHEN g.version = excluded.version THEN g.attempts + 1 ELSE 1 END,
      error = CASE WHEN g.version = excluded.version THEN g.error END,
      lease_until = excluded.lease_until, due_at = excluded.due_at, claimed_at = excluded.claimed_at
    RETURNING g.document_id, g.owner_id, g.version, g.epoch, g.attempts
  )
  SELECT claimed.*, due.title FROM claimed JOIN due ON due.id = claimed.document_id`;

const held = `
  g.owner_id = $1 AND g.document_id = $2 AND g.version = $3 AND g.epoch = $4 AND g.lease_until IS NOT NULL`;

/** Also lost: the claim on a version that searches do not answer from any more. */
export const renew = `
  UPDATE metadata_generation g
  SET lease_until = ${newLease}
  FROM document d
  WHERE ${held} AND d.owner_id = g.owner_id AND d.id = g.document_id AND d.searchable_version = g.version
    AND ${isUngenerated}`;

/** `$1` owner, `$2` document, `$3` version. */
export const measure = `
  SELECT count(*) AS chunks, coalesce(sum(token_count), 0) AS tokens
  FROM chunk
  WHERE owner_id = $1 AND document_id = $2 AND version = $3`;

/** `$4` ordinals. */
export const readChunks = `
  SELECT ordinal, text
  FROM chunk
  WHERE owner_id = $1 AND document_id = $2 AND version = $3 AND ordinal = ANY($4::integer[])
  ORDER BY ordinal`;

/** The document's row first, in the order of every other transaction that takes both. `$3` version. */
export const lockDocument = `
  SELECT d.id FROM document d
  WHERE d.owner_id = $1 AND d.id = $2 AND d.searchable_version = $3 AND ${isUngenerated}
  FOR NO KEY UPDATE`;

/** `$5` reason or null, `$6` milliseconds until it is due again. */
export const release = `
  UPDATE metadata_generation g
  SET lease_until = NULL, error = $5, due_at = now() + make_interval(secs => $6::double precision / 1000)
  WHERE ${held}`;

/** `$3` version, `$4` what was written, null when nothing could be. The revision stays: no client has changed anything. */
export const settle = `
  UPDATE document
  SET generated = $4::jsonb, generated_from = $3,
      updated_at = CASE WHEN $4::jsonb IS NULL THEN updated_at ELSE now() END
  WHERE owner_id = $1 AND id = $2`;

export const handBack = `
  UPDATE metadata_generation g SET lease_until = NULL, attempts = g.attempts - 1, due_at = now() WHERE ${held}`;
