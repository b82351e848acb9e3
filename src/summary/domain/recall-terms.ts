export interface WeighedTerm {
  term: string;
  /** Turns that have it, counted up to a bound. */
  count: number;
  /** IDF. */
  weight: number;
}

/** A question of more says nothing more exactly. */
const mostTerms = 32;

const inverseFrequency = (turns: number, having: number): number =>
  Math.log(1 + (Math.max(turns - having, 0) + 0.5) / (having + 0.5));

/** The terms that occur among the turns at all, rarest first; `counts` in the order of `terms`. */
export const weighTerms = (terms: string[], counts: number[], turns: number): WeighedTerm[] =>
  terms
    .map((term, at) => ({ term, count: counts[at]!, weight: inverseFrequency(turns, counts[at]!) }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => a.count - b.count || (a.term < b.term ? -1 : 1))
    .slice(0, mostTerms);

/** Of terms in the order of rarity the first that stand in so many turns together; one at least. */
export function rarestWithin(terms: WeighedTerm[], mostTurns: number): WeighedTerm[] {
  let turns = 0;
  const end = terms.findIndex(({ count }, at) => (turns += count) > mostTurns && at > 0);
  return end === -1 ? terms : terms.slice(0, end);
}
