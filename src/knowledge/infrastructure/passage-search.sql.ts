import { bm25 } from '../domain/bm25.js';

/*
 * Statements of PgvectorPassageSearch. `filter` is a compiled metadata filter (`metadata-filter-sql.ts`) over
 * `document`; everything else is a parameter.
 */

/** $1 owner, $2 collection ids or NULL for all. */
export const listCollections = `
  SELECT id FROM collection WHERE owner_id = $1 AND ($2::uuid[] IS NULL OR id = ANY ($2)) ORDER BY id`;

/** Counts over all of the collections together. $1 owner, $2 collection ids. */
export const chunkCounts = `
  SELECT coalesce(sum(chunk_count), 0)::float8 AS chunk_count, coalesce(sum(term_total), 0)::float8 AS term_total
  FROM lexical_stats
  WHERE owner_id = $1 AND collection_id = ANY ($2::uuid[])`;

/** $1 owner, $2 collection ids, $3 terms. */
export const termCounts = `
  SELECT lexical_term.term, sum(lexical_term.chunk_count)::float8 AS containing
  FROM lexical_term JOIN lexical_stats USING (collection_id)
  WHERE lexical_stats.owner_id = $1 AND lexical_term.collection_id = ANY ($2::uuid[])
    AND lexical_term.term = ANY ($3::text[])
  GROUP BY lexical_term.term`;

/*
 * How the arms join. Each subquery states one condition, which one index answers, and `OFFSET 0` lets no other in.
 * A planner that has the choice and no statistics (nothing gathers them in the embedded database, nor on a server
 * before its first autovacuum) takes every index for one that finds a single row, and reads all chunks or documents
 * of the collections again for each row that it joins them to: at 10,000 chunks twelve times the work, and growing with
 * their square. Where there are statistics, hash joins would take a tenth less (`npm run bench:joins`).
 */

/** What a search may see. $1 owner, $2 collection ids. */
export const visible = (filter: string): string => `
            document.owner_id = $1 AND document.deleted_at IS NULL AND document.searchable_version = chunk.version
        AND chunk.owner_id = $1 AND chunk.collection_id = ANY ($2::uuid[]) AND ${filter}`;

/** Of the chunks that satisfy `condition`, those that a search may see; with their documents. */
const visibleChunks = (condition: string, filter: string, more = ''): string => `
      FROM (SELECT * FROM chunk WHERE ${condition} OFFSET 0) AS chunk
      CROSS JOIN LATERAL (SELECT * FROM document WHERE id = chunk.document_id OFFSET 0) AS document ${more}
      WHERE ${visible(filter)}`;

/** The vector of each chunk, as `embedded`. $3 model. */
const vectorOfChunk = `
      CROSS JOIN LATERAL (SELECT * FROM chunk_embedding WHERE chunk_id = chunk.id AND model = $3 OFFSET 0) AS embedded`;

/**
 * Exact BM25 of the rows (id, lexemes, term_count) of `source`. A lexeme's positions are its frequency; marking
 * the question's terms with a weight of their own and keeping those alone spares unpacking the whole tsvector
 * (three times as fast). $3 terms, $4 their weights (IDF × count in the question), $5 average length.
 */
const scored = (source: string): string => `
  SELECT ${source}.id,
         sum(term.weight * frequency.n * ${bm25.k1 + 1}
             / (frequency.n + ${bm25.k1} * (${1 - bm25.b} + ${bm25.b} * ${source}.term_count / $5::float8))) AS score
  FROM ${source}
  CROSS JOIN LATERAL unnest(ts_filter(setweight(${source}.lexemes, 'A', $3::text[]), '{a}'))
    AS entry (lexeme, positions, weights)
  JOIN unnest($3::text[], $4::float8[]) AS term (lexeme, weight) ON term.lexeme = entry.lexeme
  CROSS JOIN LATERAL (SELECT cardinality(entry.positions)::float8 AS n) AS frequency
  GROUP BY ${source}.id`;

/**
 * For the transaction of a search. The planner does not know that a sequential scan unpacks every tsvector (15
 * times as slow as the GIN index at 10,000 chunks); with the page costs of memory and SSDs it takes the index.
 * Compiling a statement of milliseconds costs hundreds.
 */
export const planForSearch = `
  SELECT set_config('random_page_cost', '1.1', true), set_config('jit', 'off', true)`;

/**
 * The lexical arm, in three steps: matches of the rarer terms in the collections through the GIN index; of these
 * the $8 best by an estimate over all terms, `ts_rank` of each term times its IDF (the sum over 1/i² of a term's
 * positions saturates much as BM25's frequency does) over the length; of these exact BM25. The copy (`|| ''`)
 * unpacks a tsvector once instead of once a term. $1 owner, $2 collections, $3–$5 as `scored`, $6 collections and
 * rarer terms (tsquery), $7 each of $3 as a tsquery, $8 how many are scored exactly, $9 limit; the filter's
 * parameters from $10.
 */
export const searchLexical = (filter: string): string => `
  WITH term AS MATERIALIZED (
    SELECT query::tsquery AS query, weight FROM unnest($7::text[], $4::float8[]) AS given (query, weight)
  ), matching AS (
      SELECT chunk.id, chunk.lexemes || ''::tsvector AS lexemes, chunk.term_count
      ${visibleChunks('lexemes @@ $6::tsquery', filter)}
      OFFSET 0
  ), promising AS MATERIALIZED (
    SELECT id, lexemes, term_count FROM matching
    ORDER BY (SELECT sum(term.weight * ts_rank(matching.lexemes, term.query)) FROM term)
             / (1 + matching.term_count / $5::float8) DESC, id
    LIMIT $8
  )
  SELECT id, score FROM (${scored('promising')}) AS result
  ORDER BY score DESC, id
  LIMIT $9`;
export const lexicalFilterFrom = 10;

/** BM25 of given chunks. $1–$5 as above, $6 chunk ids; the filter's parameters from $7. */
export const scoreLexical = (filter: string): string => `
  WITH candidate AS MATERIALIZED (
      SELECT chunk.id, chunk.lexemes, chunk.term_count
      ${visibleChunks('id = ANY ($6::uuid[])', filter)}
  )
  ${scored('candidate')}`;
export const lexicalScoresFilterFrom = 7;

/** Looked up in the table of terms; the shares after these are too small for any to come among the first ten. */
const mostFeedbackTerms = 100;

/** The score that each chunk was given with, as `given`. $3 chunk ids, $4 their scores. */
const givenScores = 'JOIN unnest($3::uuid[], $4::float8[]) AS given (id, score) ON given.id = chunk.id';

/**
 * The terms of given chunks by their share of each, weighted by the chunks' scores. A collection's mark is none: the
 * table of terms does not have it. $1 owner, $2 collections, $3 chunk ids, $4 their scores, $5 how many chunks may
 * contain a term, $6 limit; the filter's parameters from $7.
 */
export const feedbackTerms = (filter: string): string => `
  WITH passage AS MATERIALIZED (
      SELECT chunk.lexemes, given.score / greatest(chunk.term_count, 1) AS weight
      ${visibleChunks('id = ANY ($3::uuid[])', filter, givenScores)}
  ), shared AS MATERIALIZED (
    SELECT lexeme AS term, sum(weight * cardinality(positions)) AS share
    FROM passage, LATERAL unnest(lexemes) AS one (lexeme, positions, weights)
    GROUP BY lexeme
    ORDER BY share DESC, term
    LIMIT ${mostFeedbackTerms}
  )
  SELECT term, share, containing
  FROM shared
  CROSS JOIN LATERAL (
    SELECT sum(lexical_term.chunk_count)::float8 AS containing
    FROM lexical_term JOIN lexical_stats USING (collection_id)
    WHERE lexical_term.term = shared.term AND lexical_term.collection_id = ANY ($2::uuid[])
      AND lexical_stats.owner_id = $1
  ) AS counted
  WHERE containing <= $5
  ORDER BY share DESC, term
  LIMIT $6`;
export const feedbackTermsFilterFrom = 7;

/**
 * The vector arm where the filter leaves little (otherwise: `vector-search.sql.ts`): an exact scan over the chunks of the
 * documents that satisfy it, nearest first. The distance stands once in the statement, for it is what the scan costs.
 * $1 owner, $2 collections, $3 model, $4 vector (scaled), $5 limit; the filter's parameters from $6.
 */
export const searchVector = (filter: string): string => `
  SELECT id, -distance AS score FROM (
      SELECT chunk.id, embedded.embedding <#> l2_normalize($4::halfvec) AS distance
      FROM document
      CROSS JOIN LATERAL (
        SELECT * FROM chunk WHERE document_id = document.id AND version = document.searchable_version OFFSET 0
      ) AS chunk ${vectorOfChunk}
      WHERE ${visible(filter)} AND document.collection_id = ANY ($2::uuid[]) AND embedded.owner_id = $1
      ORDER BY distance, chunk.id
      LIMIT $5
  ) AS nearest`;
export const vectorFilterFrom = 6;

/** Cosines of given chunks. $1–$4 as above, $5 chunk ids; the filter's parameters from $6. */
export const scoreVector = (filter: string): string => `
      SELECT chunk.id, -(embedded.embedding <#> l2_normalize($4::halfvec)) AS score
      ${visibleChunks('id = ANY ($5::uuid[])', filter, vectorOfChunk)} AND embedded.owner_id = $1`;
export const vectorScoresFilterFrom = 6;

/** What a passage shows. $1 owner, $2 collections, $3 chunk ids; the filter's parameters from $4. */
export const loadPassages = (filter: string): string => `
      SELECT chunk.id, chunk.document_id, chunk.version, document.title, chunk.collection_id, chunk.text,
             chunk.context, chunk.headings, chunk.page, chunk.char_start, chunk.char_end
      ${visibleChunks('id = ANY ($3::uuid[])', filter)}`;
export const loadFilterFrom = 4;
