/** PostgreSQL keeps positions 1 to 16,383 and at most 256 of one lexeme (`MAXENTRYPOS`, `MAXNUMPOS`). */
const maxPosition = 16_383;
const maxPositionsPerLexeme = 255;

/**
 * Begins the lexeme that names a chunk's collection, so that one index finds terms within collections, however
 * many other chunks have the term. No tokenizer makes a term of a control character.
 */
export const collectionMark = '\u0001';

/**
 * The `tsvector` of a chunk, in its text form. How many positions a lexeme has is its term frequency for BM25, so
 * none may merge: in a text of more terms than PostgreSQL has positions, each lexeme's occurrences are counted
 * from 1 instead. Frequencies stop at 255, where BM25 has long been saturated.
 */
export function toTsvectorLiteral(terms: readonly string[], collectionId: string): string {
  const tooLong = terms.length > maxPosition;
  const positions = new Map<string, number[]>();
  for (const [index, term] of terms.entries()) {
    const known = positions.get(term);
    if (!known) positions.set(term, [tooLong ? 1 : index + 1]);
    else if (known.length < maxPositionsPerLexeme) known.push(tooLong ? known.length + 1 : index + 1);
  }
  const entries = [quoteLexeme(collectionMark + collectionId)];
  for (const [term, at] of positions) entries.push(`${quoteLexeme(term)}:${at.join(',')}`);
  return entries.join(' ');
}

/** A `tsquery` that matches one term, in its text form. */
export const toTermTsquery = (term: string): string => quoteLexeme(term);

/** A `tsquery` for the chunks of any of the collections that have any of the terms, in its text form. */
export const toMatchTsquery = (collectionIds: readonly string[], terms: readonly string[]): string => {
  const marks = collectionIds.map((id) => quoteLexeme(collectionMark + id));
  return `(${marks.join(' | ')}) & (${terms.map(quoteLexeme).join(' | ')})`;
};

/** The quoting that `tsvector` and `tsquery` share. */
const quoteLexeme = (term: string): string => `'${term.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
