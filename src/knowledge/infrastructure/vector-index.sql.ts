import { indexedVector } from './vector-search.sql.js';

/*
 * Statements of PostgresVectorIndexes. Table: migrations/0012-vector-index.ts.
 */

/** Any number that no other program on the same database takes. */
export const lockKey = 7_076_820_032;

/** Of the session. */
export const tryLock = 'SELECT pg_try_advisory_lock($1) AS locked, pg_backend_pid() AS pid';

/**
 * For the session of a build. pgvector 0.8.0, which Debian has, loses rows in parallel builds. The server notices
 * a worker that is gone instead of building on for nobody. $1 memory for the graph.
 */
export const prepareSession = `
  SELECT set_config('maintenance_work_mem', $1, false), set_config('max_parallel_maintenance_workers', '0', false),
         set_config('client_connection_check_interval', '2s', false)`;

/** What `buildStatement` names its indexes; so that what nobody knows any more is found. */
export const namePrefix = 'chunk_embedding_hnsw_';

/** Each index that should be there, with whether it is; and each that is there and should not be (`model` NULL). */
export const listIndexes = `
  WITH built AS (
    SELECT relname::text AS name, pg_index.indisvalid AS valid, reltuples
    FROM pg_index JOIN pg_class ON pg_class.oid = pg_index.indexrelid
    WHERE pg_index.indrelid = 'chunk_embedding'::regclass AND starts_with(relname::text, '${namePrefix}')
  )
  SELECT name, model, dimensions, after_chunk AS after, until_chunk AS until, coalesce(valid, false) AS valid,
         CASE WHEN reltuples > 0 THEN reltuples::float8 ELSE row_count::float8 END AS rows
  FROM vector_index FULL JOIN built USING (name)`;

export const recordIndex = `
  INSERT INTO vector_index (name, model, dimensions, after_chunk, until_chunk, row_count)
  VALUES ($1, $2, $3, $4, $5, $6)`;

export const forgetIndex = 'DELETE FROM vector_index WHERE name = $1';

/**
 * The text of the statement that builds an index, each value quoted by the server. $1 name, $2 model, $3 the chunk it
 * begins after, $4 the last one. pgvector's own m and ef_construction (16 and 64) leave whole clusters out of reach of
 * some questions, however many candidates are looked for.
 */
export const buildStatement = (dimensions: number): string => `
  SELECT format(
    'CREATE INDEX CONCURRENTLY %I ON chunk_embedding USING hnsw (${indexedVector(dimensions)} halfvec_ip_ops) '
    'WITH (m = 24, ef_construction = 200) WHERE model = %L AND chunk_id > %L AND chunk_id <= %L',
    $1::text, $2::text, $3::uuid, $4::uuid) AS statement`;

/** $1 name. Not in the way of searches; they finish first. */
export const dropStatement = `SELECT format('DROP INDEX CONCURRENTLY IF EXISTS %I', $1::text) AS statement`;

/** How many vectors of a model come after a chunk, $3 at most, and the last of these. $1 model, $2 chunk. */
export const countAfter = `
  WITH coming AS MATERIALIZED (
    SELECT chunk_id FROM chunk_embedding WHERE model = $1 AND chunk_id > $2::uuid ORDER BY chunk_id LIMIT $3
  )
  SELECT count(*)::float8 AS rows, (SELECT chunk_id FROM coming ORDER BY chunk_id DESC LIMIT 1) AS last FROM coming`;

/** $1 model. */
export const hasVectors = `SELECT EXISTS (SELECT 1 FROM chunk_embedding WHERE model = $1) AS has`;
