import * as sql from '../src/knowledge/infrastructure/passage-search.sql.js';

/*
 * The statements of a search as one would write them at first, with plain joins and all conditions side by side:
 * what `search-plans.ts` compares those of `passage-search.sql.ts` with. Same parameters, no metadata filter.
 */

const visible = `
  JOIN document ON document.id = chunk.document_id AND document.searchable_version = chunk.version
    AND document.owner_id = $1 AND document.deleted_at IS NULL
  WHERE chunk.owner_id = $1 AND chunk.collection_id = ANY ($2::uuid[])`;

const searchVector = `
  SELECT id, -distance AS score FROM (
    SELECT embedded.chunk_id AS id, embedded.embedding <#> l2_normalize($4::halfvec) AS distance
    FROM chunk_embedding AS embedded JOIN chunk ON chunk.id = embedded.chunk_id ${visible}
      AND embedded.owner_id = $1 AND embedded.collection_id = ANY ($2::uuid[]) AND embedded.model = $3
    ORDER BY distance, embedded.chunk_id
    LIMIT $5
  ) AS nearest`;

const scoreVector = `
  SELECT embedded.chunk_id AS id, -(embedded.embedding <#> l2_normalize($4::halfvec)) AS score
  FROM chunk_embedding AS embedded JOIN chunk ON chunk.id = embedded.chunk_id ${visible}
    AND embedded.chunk_id = ANY ($5::uuid[]) AND embedded.owner_id = $1 AND embedded.model = $3`;

const loadPassages = `
  SELECT chunk.id, chunk.document_id, chunk.version, document.title, chunk.collection_id, chunk.text,
         chunk.context, chunk.headings, chunk.page, chunk.char_start, chunk.char_end
  FROM chunk ${visible} AND chunk.id = ANY ($3::uuid[])`;

/** The rest of the two lexical statements is the same: only where their chunks come from is exchanged. */
const withPlainJoin = (statement: string, source: string): string => {
  const from = /FROM \(SELECT \* FROM chunk WHERE [^]*?AND true\n/;
  if (!from.test(statement)) throw new Error('passage-search.sql.ts has changed: adapt plain-joins.sql.ts.');
  return statement.replace(from, () => `${source}\n`);
};

const searchLexical = withPlainJoin(
  sql.searchLexical('true'),
  `FROM (
     SELECT id, owner_id, collection_id, document_id, version, lexemes, term_count
     FROM chunk WHERE lexemes @@ $6::tsquery
     OFFSET 0
   ) AS chunk ${visible}`,
);

const scoreLexical = withPlainJoin(
  sql.scoreLexical('true'),
  `FROM chunk ${visible} AND chunk.id = ANY ($6::uuid[])`,
);

/** The product's statement → the same with plain joins. */
export const plainJoins: ReadonlyMap<string, string> = new Map([
  [sql.searchLexical('true'), searchLexical],
  [sql.scoreLexical('true'), scoreLexical],
  [sql.searchVector('true'), searchVector],
  [sql.scoreVector('true'), scoreVector],
  [sql.loadPassages('true'), loadPassages],
]);
