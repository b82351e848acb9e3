/** PostgreSQL keeps positions 1 to 16,383 and at most 256 of one lexeme (`MAXENTRYPOS`, `MAXNUMPOS`). */
const maxPosition = 16_383;
const maxPositionsPerLexeme = 255;

/**
 * A `tsvector` in its text form. How many positions a lexeme has is its term frequency for BM25, so none may
 * merge: in a text of more terms than PostgreSQL has positions, each lexeme's occurrences are counted from 1
 * instead. Frequencies stop at 255, where BM25 has long been saturated.
 */
export function toTsvectorLiteral(terms: readonly string[]): string {
  const tooLong = terms.length > maxPosition;
  const positions = new Map<string, number[]>();
  for (const [index, term] of terms.entries()) {
    const known = positions.get(term);
    if (!known) positions.set(term, [tooLong ? 1 : index + 1]);
    else if (known.length < maxPositionsPerLexeme) known.push(tooLong ? known.length + 1 : index + 1);
  }
  const entries: string[] = [];
  for (const [term, at] of positions) entries.push(`${quoteLexeme(term)}:${at.join(',')}`);
  return entries.join(' ');
}

/** A `tsquery` that matches any of the terms, in its text form. */
export const toAnyTermTsquery = (terms: readonly string[]): string => terms.map(quoteLexeme).join(' | ');

/** The quoting that `tsvector` and `tsquery` share. */
const quoteLexeme = (term: string): string => `'${term.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
