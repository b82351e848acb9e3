import { visible } from './passage-search.sql.js';

/*
 * Statements of PgvectorVectorArm. Vectors are normalised, so the inner product is the cosine.
 */

const asked = 'l2_normalize($4::halfvec)';
const inScope = 'owner_id = $1 AND collection_id = ANY ($2::uuid[]) AND model = $3';

/**
 * For the transaction of a search. `plan_cache_mode`: a partial index serves values that the planner knows, never those of
 * a generic plan. `enable_sort`, where an approximate index is to be asked: it alone gives its rows in order, so the
 * planner takes it whatever it thinks of its price. $1 approximate or not, $2 candidates of an approximate index.
 */
export const planForVectors = `
  SELECT set_config('random_page_cost', '1.1', true), set_config('jit', 'off', true),
         set_config('plan_cache_mode', 'force_custom_plan', true),
         set_config('enable_sort', CASE WHEN $1::boolean THEN 'off' ELSE 'on' END, true),
         CASE WHEN $1::boolean THEN set_config('hnsw.ef_search', $2::text, true) END`;

/**
 * The nearest of each list, those alone that a search may see; `certain` are those that are not farther than what a list
 * that was cut off still tells of, `whole` says that none was cut off. An approximate index knows no owner: what is another's is left out as it is found.
 *
 * @param dimensions of each approximate index that is asked, in the order of its two parameters
 * $1 owner, $2 collections, $3 model, $4 vector (scaled), $5 limit, $6 length of the lists, $7 the chunk after which
 * vectors are scanned, then for each index the chunks between which it lies; then the filter's parameters.
 */
export const searchNearest = (dimensions: number[], filter: string): string => `
  SELECT found.chunk_id AS id, -found.distance AS score, found.distance <= found.reach AS certain,
         found.reach = 'Infinity' AS whole
  FROM (
    SELECT chunk_id, distance, min(reach) OVER () AS reach
    FROM (${[scannedList, ...dimensions.map(indexedList)].join(' UNION ALL ')}) AS nearest
    ORDER BY distance, chunk_id
    OFFSET 0
  ) AS found
  CROSS JOIN LATERAL (SELECT * FROM chunk WHERE id = found.chunk_id OFFSET 0) AS chunk
  CROSS JOIN LATERAL (SELECT * FROM document WHERE id = chunk.document_id OFFSET 0) AS document
  WHERE ${visible(filter)}
  ORDER BY found.distance, found.chunk_id
  LIMIT $5`;
export const nearestIndexesFrom = 8;

const scannedList = `
      SELECT chunk_id, distance,
             CASE WHEN count(*) OVER () = $6::integer THEN max(distance) OVER () ELSE 'Infinity' END AS reach
      FROM (
        SELECT chunk_id, embedding <#> ${asked} AS distance
        FROM chunk_embedding
        WHERE ${inScope} AND chunk_id > $7::uuid
        ORDER BY distance
        LIMIT $6::integer
      ) AS list`;

const indexedList = (dimensions: number, position: number): string => {
  const [after, until] = [nearestIndexesFrom + 2 * position, nearestIndexesFrom + 2 * position + 1];
  return `
      SELECT chunk_id, distance, max(distance) OVER () AS reach
      FROM (
        SELECT chunk_id, ${indexedVector(dimensions)} <#> ${asked} AS distance
        FROM chunk_embedding
        WHERE ${inScope} AND chunk_id > $${after}::uuid AND chunk_id <= $${until}::uuid
        ORDER BY ${indexedVector(dimensions)} <#> ${asked}
        LIMIT $6::integer
      ) AS list`;
};

/** As the index has it: `vector-index.sql.ts`. @param dimensions a whole number */
export const indexedVector = (dimensions: number): string =>
  `(embedding::halfvec(${Math.trunc(dimensions)}))`;

/** Documents that are looked at for an estimate: half a millisecond. */
const sampleSize = 500;

/**
 * How many of some documents of the collections satisfy the filter. $1 owner, $2 collections; the filter's parameters
 * from $3.
 */
export const sampleFilter = (filter: string): string => `
  SELECT count(*)::float8 AS documents, count(*) FILTER (WHERE ${filter})::float8 AS matching
  FROM (
    SELECT metadata FROM document
    WHERE owner_id = $1 AND collection_id = ANY ($2::uuid[]) AND deleted_at IS NULL AND searchable_version IS NOT NULL
    LIMIT ${sampleSize}
  ) AS document`;
export const sampleFilterFrom = 3;

/** Indexes that are whole. `rows` as the last build or VACUUM counted. $1 model, $2 dimensions. */
export const usableIndexes = `
  SELECT vector_index.name, after_chunk AS after, until_chunk AS until,
         CASE WHEN pg_class.reltuples > 0 THEN pg_class.reltuples::float8 ELSE row_count::float8 END AS rows
  FROM vector_index
  JOIN pg_class ON pg_class.oid = to_regclass(quote_ident(vector_index.name))
  JOIN pg_index ON pg_index.indexrelid = pg_class.oid AND pg_index.indisvalid
  WHERE vector_index.model = $1 AND vector_index.dimensions = $2`;
