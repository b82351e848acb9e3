import { shiftTerms } from './chunk-index.sql.js';

/** Statements of `PostgresLexicalUpkeep`. */

/** From one tokenizer to the next along the index `chunk_by_tokenizer`. Over all owners: it serves the machine. */
export const listTokenizers = `
  WITH RECURSIVE stored AS (
    (SELECT tokenizer FROM chunk ORDER BY tokenizer LIMIT 1)
    UNION ALL
    SELECT (SELECT tokenizer FROM chunk WHERE tokenizer > stored.tokenizer ORDER BY tokenizer LIMIT 1)
    FROM stored WHERE stored.tokenizer IS NOT NULL
  )
  SELECT tokenizer FROM stored WHERE tokenizer IS NOT NULL`;

/** Chunks of one version of one document. `$1` tokenizer, `$2` limit. */
export const chooseChunks = `
  WITH one AS (SELECT document_id, version FROM chunk WHERE tokenizer = $1 LIMIT 1)
  SELECT chunk.id, chunk.owner_id, chunk.collection_id, chunk.document_id, chunk.version, chunk.text, chunk.context
  FROM one
  JOIN chunk USING (document_id, version)
  WHERE chunk.tokenizer = $1
  ORDER BY chunk.ordinal
  LIMIT $2`;

/** The document's row first, as everywhere: whoever publishes or deletes holds it. `$1` owner, `$2` document. */
export const lockDocument = `
  SELECT CASE WHEN deleted_at IS NULL THEN searchable_version END AS searchable_version
  FROM document WHERE owner_id = $1 AND id = $2
  FOR UPDATE`;

/** Those that no other worker has done meanwhile. `$1` owner, `$2` chunk ids, `$3` tokenizer. */
export const lockChunks = `
  SELECT id FROM chunk WHERE owner_id = $1 AND id = ANY ($2::uuid[]) AND tokenizer = $3 FOR UPDATE`;

/** `$1` owner, `$2` collection, `$3` chunk ids, `$4` 1 or -1. */
export const shiftTermTotal = `
  UPDATE lexical_stats
  SET term_total = term_total + (
    SELECT coalesce(sum(term_count * $4::integer), 0) FROM chunk WHERE owner_id = $1 AND id = ANY ($3::uuid[]))
  WHERE owner_id = $1 AND collection_id = $2`;

/** As above, and `$5` the collection's mark. */
export const shiftTermsOfChunks = shiftTerms(`
    SELECT lexeme AS term, (count(*) * $4::integer)::integer AS chunks
    FROM chunk, LATERAL unnest(tsvector_to_array(lexemes)) AS lexeme
    WHERE owner_id = $1 AND id = ANY ($3::uuid[]) AND lexeme <> $5::text
    GROUP BY lexeme`);

/** `$1` owner, `$2` tokenizer, then arrays: `$3` ids, `$4` tsvectors, `$5` term counts. */
export const replaceTerms = `
  UPDATE chunk
  SET lexemes = row.lexemes::tsvector, term_count = row.term_count, tokenizer = $2
  FROM unnest($3::uuid[], $4::text[], $5::integer[]) AS row (id, lexemes, term_count)
  WHERE chunk.id = row.id AND chunk.owner_id = $1`;
