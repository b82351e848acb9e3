/** Terms of a shingle. */
const shingleLength = 4;
/** A passage of which this share stands in better ones brings nothing new. */
const repeatedShare = 0.9;
/** Fewer shingles than these are too few to tell by. */
const leastShingles = 8;

const shinglesOf = (terms: readonly string[]): string[] => {
  const shingles: string[] = [];
  for (let at = 0; at + shingleLength <= terms.length; at++)
    shingles.push(terms.slice(at, at + shingleLength).join(' '));
  return shingles;
};

const isNumber = (term: string): boolean => /^\p{N}/u.test(term);

/**
 * Which passages repeat better ones: nearly all of their shingles stand in those, every number does, and every word of
 * the question. So the same text from two files, cut in other places, counts once; but two forms that differ in the
 * amount or the name that is asked for stay two.
 * @param passages the terms of each, in order, best first
 * @returns for each the first better passage that it repeats in part, or null when it stays
 */
export function repeatedPassages(
  question: readonly string[],
  passages: readonly (readonly string[])[],
): (number | null)[] {
  const asked = new Set(question);
  const firstWith = new Map<string, number>();
  const known = new Set<string>();
  return passages.map((terms, index) => {
    const shingles = shinglesOf(terms);
    const repeated = shingles.filter((shingle) => firstWith.has(shingle));
    const isRepeated =
      shingles.length >= leastShingles &&
      repeated.length >= repeatedShare * shingles.length &&
      terms.every((term) => known.has(term) || !(isNumber(term) || asked.has(term)));
    if (isRepeated) return firstWith.get(repeated[0]!)!;
    for (const shingle of shingles) if (!firstWith.has(shingle)) firstWith.set(shingle, index);
    for (const term of terms) known.add(term);
    return null;
  });
}
