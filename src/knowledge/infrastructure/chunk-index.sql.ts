/*
 * Statements of PgvectorChunkIndex. Tables: migrations/0003-knowledge.ts. Lists come as one array parameter a
 * column, so that a batch of any size is one prepared statement.
 */

/**
 * Writes chunks of one version; the same ordinal again replaces the earlier row and keeps its id.
 * $1 owner, $2 collection, $3 document, $4 version, $5 tokenizer, then arrays: $6 ids, $7 ordinals, $8 texts,
 * $9 contexts, $10 headings (JSON), $11 pages, $12 starts, $13 ends, $14 token counts, $15 tsvectors,
 * $16 term counts. Answers id and ordinal of each.
 */
export const upsertChunks = `
  INSERT INTO chunk (id, owner_id, collection_id, document_id, version, ordinal, text, context, headings, page,
                     char_start, char_end, token_count, lexemes, term_count, tokenizer)
  SELECT row.id, $1::uuid, $2::uuid, $3::uuid, $4::integer, row.ordinal, row.text, row.context,
         row.headings::jsonb, row.page, row.char_start, row.char_end, row.token_count,
         row.lexemes::tsvector, row.term_count, $5::text
  FROM unnest($6::uuid[], $7::integer[], $8::text[], $9::text[], $10::text[], $11::integer[], $12::integer[],
              $13::integer[], $14::integer[], $15::text[], $16::integer[])
    AS row (id, ordinal, text, context, headings, page, char_start, char_end, token_count, lexemes, term_count)
  ON CONFLICT (document_id, version, ordinal) DO UPDATE SET
    text = excluded.text, context = excluded.context, headings = excluded.headings, page = excluded.page,
    char_start = excluded.char_start, char_end = excluded.char_end, token_count = excluded.token_count,
    lexemes = excluded.lexemes, term_count = excluded.term_count, tokenizer = excluded.tokenizer
  RETURNING id, ordinal`;

/** $1 owner, $2 collection, $3 model, $4 chunk ids, $5 vectors in text form (scaled). */
export const upsertEmbeddings = `
  INSERT INTO chunk_embedding (chunk_id, model, owner_id, collection_id, embedding)
  SELECT row.chunk_id, $3::text, $1::uuid, $2::uuid, l2_normalize(row.embedding::halfvec)
  FROM unnest($4::uuid[], $5::text[]) AS row (chunk_id, embedding)
  ON CONFLICT (chunk_id, model) DO UPDATE SET embedding = excluded.embedding`;

/**
 * The collection's statistics row, made if missing and locked in any case: publishers of one collection wait
 * here for each other, so the term counts after it are changed by one at a time. $1 collection, $2 owner.
 */
export const lockStatistics = `
  INSERT INTO lexical_stats (collection_id, owner_id) VALUES ($1, $2)
  ON CONFLICT (collection_id) DO UPDATE SET chunk_count = lexical_stats.chunk_count`;

/**
 * Adds one version to the counts and takes another out (either may be NULL: no row has version NULL).
 * $1 owner, $2 collection, $3 document, $4 version added, $5 version taken out.
 */
export const shiftChunkCounts = `
  UPDATE lexical_stats SET
    chunk_count = lexical_stats.chunk_count + change.chunks,
    term_total = lexical_stats.term_total + change.terms
  FROM (
    SELECT coalesce(sum(CASE WHEN version = $4 THEN 1 ELSE -1 END), 0) AS chunks,
           coalesce(sum(CASE WHEN version = $4 THEN term_count ELSE -term_count END), 0) AS terms
    FROM chunk
    WHERE owner_id = $1 AND document_id = $3 AND version IN ($4::integer, $5::integer)
  ) AS change
  WHERE lexical_stats.collection_id = $2 AND lexical_stats.owner_id = $1`;

/**
 * Applies a change of how many chunks have each term: rows (term, chunks) of `change`; a term that no chunk has any more
 * loses its row. $2 collection.
 */
export const shiftTerms = (change: string): string => `
  WITH change AS MATERIALIZED (${change}
  ), emptied AS (
    DELETE FROM lexical_term USING change
    WHERE lexical_term.collection_id = $2 AND lexical_term.term = change.term
      AND lexical_term.chunk_count + change.chunks <= 0
    RETURNING lexical_term.term
  )
  INSERT INTO lexical_term (collection_id, term, chunk_count)
  SELECT $2::uuid, change.term, change.chunks FROM change
  WHERE change.chunks <> 0 AND NOT EXISTS (SELECT 1 FROM emptied WHERE emptied.term = change.term)
  ON CONFLICT (collection_id, term) DO UPDATE SET chunk_count = lexical_term.chunk_count + excluded.chunk_count`;

/** As `shiftChunkCounts`, for the number of chunks of each term, but $6, the collection's mark. */
export const shiftTermCounts = shiftTerms(`
    SELECT lexeme AS term, sum(CASE WHEN version = $4 THEN 1 ELSE -1 END)::integer AS chunks
    FROM chunk, LATERAL unnest(tsvector_to_array(lexemes)) AS lexeme
    WHERE owner_id = $1 AND document_id = $3 AND version IN ($4::integer, $5::integer)
      AND lexeme <> $6::text
    GROUP BY lexeme`);

/**
 * An earlier version keeps its chunks for the citations that name them, but no search asks for its vectors again, and an
 * approximate index would find them in the place of others. $1 owner, $2 document, $3 version.
 */
export const deleteVectors = `
  DELETE FROM chunk_embedding WHERE chunk_id IN (
    SELECT id FROM chunk WHERE owner_id = $1 AND document_id = $2 AND version = $3
  )`;

/** Deletes up to $4 chunks of a version; their vectors go with them. $1 owner, $2 document, $3 version. */
export const deleteChunkBatch = `
  DELETE FROM chunk WHERE id IN (
    SELECT id FROM chunk WHERE owner_id = $1 AND document_id = $2 AND version = $3 LIMIT $4
  )`;

/** $1 owner, $2 document, $3 version, $4 id of the last chunk seen or NULL, $5 limit. */
export const listChunks = `
  SELECT id, document_id, version, ordinal, text, context, headings, page, char_start, char_end, token_count
  FROM chunk
  WHERE owner_id = $1 AND document_id = $2 AND version = $3
    AND ($4::uuid IS NULL OR ordinal > (
      SELECT seen.ordinal FROM chunk AS seen
      WHERE seen.id = $4 AND seen.owner_id = $1 AND seen.document_id = $2 AND seen.version = $3))
  ORDER BY ordinal
  LIMIT $5`;
