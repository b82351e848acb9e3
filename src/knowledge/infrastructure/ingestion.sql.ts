import { lease } from '../domain/ingestion-policy.js';

/** Statements of `PostgresIngestionRepository`. A claim is held by (document, version, epoch). */

export const newLease = `now() + interval '${lease.seconds} seconds'`;
const inWork = `('extracting', 'embedding', 'indexing')`;

/**
 * Until the transaction ends, one worker at a time chooses: two that chose at once would take the same turn. Chosen by
 * a statement of its own, whose snapshot is taken after the wait.
 */
export const takeTurns = `SELECT pg_advisory_xact_lock(hashtextextended('protostar.ingestion', 0))`;

/** A job that comes a little early finds its row; one that came twice must not cut a back-off short. */
const isDue = `v.status = 'queued' AND v.queued_at <= now() + interval '250 milliseconds'`;

/**
 * Walks from owner to owner along the index `document_version_waiting`, and of each takes what has waited longest: the
 * cost is by the number of owners that wait, not by the length of their queues. Over all owners: it serves the machine.
 */
export const chooseNext = `
  WITH RECURSIVE waiting AS (
    (SELECT v.owner_id FROM document_version v WHERE v.status = 'queued' ORDER BY v.owner_id LIMIT 1)
    UNION ALL
    SELECT following.owner_id
    FROM waiting
    CROSS JOIN LATERAL (
      SELECT v.owner_id FROM document_version v
      WHERE v.status = 'queued' AND v.owner_id > waiting.owner_id
      ORDER BY v.owner_id
      LIMIT 1
    ) following
  ), busy AS (
    SELECT owner_id, count(*) AS in_work
    FROM document_version
    WHERE lease_until > now()
    GROUP BY owner_id
  )
  SELECT due.document_id, due.version
  FROM waiting
  CROSS JOIN LATERAL (
    SELECT v.document_id, v.version, v.queued_at
    FROM document_version v
    JOIN document d ON d.id = v.document_id AND d.version = v.version AND d.deleted_at IS NULL
    WHERE v.owner_id = waiting.owner_id AND ${isDue}
    ORDER BY v.queued_at
    LIMIT 1
  ) due
  LEFT JOIN busy ON busy.owner_id = waiting.owner_id
  LEFT JOIN ingestion_turn turn ON turn.owner_id = waiting.owner_id
  ORDER BY coalesce(busy.in_work, 0), turn.served_at NULLS FIRST, due.queued_at
  LIMIT 1`;

/** `$1` owner. Not the transaction's time, which is from before the wait for the turn. */
export const noteTurn = `
  INSERT INTO ingestion_turn (owner_id, served_at) VALUES ($1, clock_timestamp())
  ON CONFLICT (owner_id) DO UPDATE SET served_at = excluded.served_at`;

/** `$1` document, `$2` version. Nothing when it has been deleted or superseded since it was chosen. */
export const claim = `
  UPDATE document_version v
  SET status = 'extracting', percent = 0, progress_counts = NULL, error = NULL, epoch = v.epoch + 1, attempts = v.attempts + 1,
      lease_until = ${newLease}, updated_at = now()
  FROM document d
  WHERE v.document_id = $1 AND v.version = $2
    AND d.id = v.document_id AND d.version = v.version AND d.deleted_at IS NULL
    AND ${isDue}
  RETURNING v.document_id, v.version, v.owner_id, v.collection_id, v.filename, v.mime_type, v.size_bytes,
            v.object_key, v.epoch, v.attempts, v.request_id, d.source_url`;

export const held = `owner_id = $1 AND document_id = $2 AND version = $3 AND epoch = $4 AND status IN ${inWork}`;

export const renew = `UPDATE document_version SET lease_until = ${newLease} WHERE ${held}`;

export const advance = `
  UPDATE document_version
  SET status = $5, percent = $6, progress_counts = $7::jsonb, lease_until = ${newLease}, updated_at = now()
  WHERE ${held}`;

export const setText = `
  UPDATE document_version SET text_key = $5, lease_until = ${newLease}, updated_at = now() WHERE ${held}`;

/** The document's row first, in the order of every other transaction that takes both. */
export const lockDocument = `
  SELECT searchable_version FROM document
  WHERE owner_id = $1 AND id = $2 AND deleted_at IS NULL
  FOR UPDATE`;

export const lockVersion = `SELECT version FROM document_version WHERE ${held} FOR UPDATE`;

export const complete = `
  UPDATE document_version
  SET status = 'ready', percent = 100, chunk_count = $5, error = NULL, lease_until = NULL, updated_at = now()
  WHERE ${held}`;

/** What a model wrote stays when it was written from the same bytes (a reindex); else it is due again. */
export const makeSearchable = `
  WITH same AS (
    SELECT 1
    FROM document d
    JOIN document_version before ON before.document_id = d.id AND before.version = d.generated_from
    JOIN document_version after ON after.document_id = d.id AND after.version = $3
    WHERE d.owner_id = $1 AND d.id = $2 AND d.generated IS NOT NULL AND before.sha256 = after.sha256
  )
  UPDATE document
  SET searchable_version = $3, updated_at = now(),
      generated = CASE WHEN EXISTS (SELECT 1 FROM same) THEN generated END,
      generated_from = CASE WHEN EXISTS (SELECT 1 FROM same) THEN $3::integer END
  WHERE owner_id = $1 AND id = $2`;

export const fail = `
  UPDATE document_version
  SET status = 'failed', error = $5::jsonb, lease_until = NULL, updated_at = now()
  WHERE ${held}`;

/** `$5` back-off in milliseconds, `$6` whether the attempt counts. */
export const handBack = `
  UPDATE document_version
  SET status = 'queued', percent = 0, progress_counts = NULL, lease_until = NULL, epoch = epoch + 1, dispatch = dispatch + 1,
      queued_at = now() + make_interval(secs => $5::double precision / 1000),
      attempts = CASE WHEN $6::boolean THEN attempts ELSE attempts - 1 END, updated_at = now()
  WHERE ${held}
  RETURNING dispatch`;

/** `$1` idle, `$2` busy and `$3` expired seconds: see `StrandedAfter`. */
const stranded = `
    d.deleted_at IS NULL AND d.version = v.version AND (
      (v.status IN ${inWork} AND v.lease_until < now() - make_interval(secs => $3))
      OR (v.status = 'queued' AND v.queued_at < now() - make_interval(secs => $2))
      OR (v.status = 'queued' AND v.queued_at < now() - make_interval(secs => $1)
          AND NOT EXISTS (SELECT 1 FROM document_version busy WHERE busy.lease_until > now())))`;

/** Over all owners: it serves the machine. */
export const listStranded = `
  SELECT v.document_id, v.version, v.owner_id, v.collection_id, v.attempts
  FROM document_version v
  JOIN document d ON d.id = v.document_id
  WHERE v.status NOT IN ('ready', 'failed') AND ${stranded}
  ORDER BY v.queued_at
  LIMIT $4`;

const whereStillStranded = `
  FROM document d
  WHERE d.id = v.document_id AND v.owner_id = $4 AND v.document_id = $5 AND v.version = $6 AND ${stranded}`;

export const requeueStranded = `
  UPDATE document_version v
  SET status = 'queued', percent = 0, progress_counts = NULL, lease_until = NULL, epoch = v.epoch + 1, dispatch = v.dispatch + 1,
      queued_at = now(), updated_at = now()
  ${whereStillStranded}
  RETURNING v.dispatch`;

/** `$7` the problem. */
export const failStranded = `
  UPDATE document_version v
  SET status = 'failed', error = $7::jsonb, lease_until = NULL, epoch = v.epoch + 1, updated_at = now()
  ${whereStillStranded}`;
