/**
 * Chunks near given ones, in the visible version of the same document and under the same headings, without a chunk of
 * other headings between. $1 owner, $2 chunk ids, $3 how many on each side.
 */
export const neighboursOfPassages = `
  SELECT near.id, seed.id AS of_id, near.ordinal - seed.ordinal AS distance, near.text, near.page, near.char_start
  FROM chunk AS seed
  JOIN document ON document.id = seed.document_id
  JOIN chunk AS near ON near.document_id = seed.document_id AND near.version = seed.version
    AND near.ordinal BETWEEN seed.ordinal - $3::integer AND seed.ordinal + $3::integer AND near.id <> seed.id
  WHERE seed.id = ANY ($2::uuid[]) AND seed.owner_id = $1 AND near.owner_id = $1 AND document.owner_id = $1
    AND document.deleted_at IS NULL AND document.searchable_version = seed.version
    AND near.headings = seed.headings
    AND NOT EXISTS (
      SELECT FROM chunk AS between_them
      WHERE between_them.document_id = seed.document_id AND between_them.version = seed.version
        AND between_them.ordinal BETWEEN least(seed.ordinal, near.ordinal) AND greatest(seed.ordinal, near.ordinal)
        AND between_them.headings <> seed.headings
    )`;
