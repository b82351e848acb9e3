import { functionWords, shareWithin, type Terms } from '../../shared/term-overlap.js';

/** One word of a sentence, in its place. */
export interface PlacedWord {
  lower: string;
  terms: string[];
  /** Says something by itself. */
  isMeaningful: boolean;
  /** Stands where a noun does: of a predicate another word is a paraphrase, of a noun it is another thing. */
  isNoun: boolean;
}

const hangul = /[가-힣]/u;
/** Endings of Korean verbs and adjectives, at the end of a clause or before a noun; a noun with a copula is a noun. */
const koreanPredicate =
  /(?:다|요|까|죠|고|며|면|면서|지만|는데|어서|아서|해서|하여|되어|도록|한|된|했던|하는|되는|있는|없는|할|될|인|던)$/u;
const koreanCopula = /(?:이다|입니다|이었다|였다|이며|이고|이라고)$/u;
/** What stands before an English noun, and before a verb. */
const beforeNouns = new Set(
  'a an the this that these those its their his her our your of in on at by for from with into about per each every'.split(
    ' ',
  ),
);
const beforeVerbs = new Set(
  'to can could may might must shall should will would not and or who which you we they it'.split(' '),
);
const verbForm = /(?:s|ed|ing)$/;
const isNumber = (word: string | undefined): boolean => word !== undefined && /^\d/.test(word);

const isNounAt = (words: string[], at: number): boolean => {
  const word = words[at]!;
  if (hangul.test(word)) return koreanCopula.test(word) || !koreanPredicate.test(word);
  const before = words[at - 1];
  if (before === undefined || beforeNouns.has(before) || isNumber(before)) return true;
  return !beforeVerbs.has(before) && !verbForm.test(word);
};

const edges = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}+#]+$/gu;

export const placedWords = (text: string, terms: Terms): PlacedWord[] => {
  const words = text
    .normalize('NFKC')
    .toLowerCase()
    .split(/\s+/)
    .map((word) => word.replace(edges, ''))
    .filter((word) => word !== '');
  return words.map((lower, at) => {
    const own = terms(lower).filter((term) => !functionWords.has(term));
    const isMeaningful = own.some((term) => /\p{L}/u.test(term)) && !functionWords.has(lower);
    return { lower, terms: own, isMeaningful, isNoun: isMeaningful && isNounAt(words, at) };
  });
};

/** Half of a word's terms: what Korean words have in common when one has other particles or another ending. */
const leastShare = 0.5;
const isSame = (a: PlacedWord, b: PlacedWord): boolean => {
  if (a.lower === b.lower) return true;
  if (a.terms.length === 0 || b.terms.length === 0) return false;
  const share = Math.max(shareWithin(a.terms, new Set(b.terms)), shareWithin(b.terms, new Set(a.terms)));
  return share >= leastShare;
};

/** A longer sentence is no prose, and comparing its words would cost their product. */
const mostWords = 200;

/** Pairs of positions of a longest common subsequence, in order. */
function alignment(claim: PlacedWord[], source: PlacedWord[]): [number, number][] {
  const width = source.length + 1;
  const lengths = new Uint16Array((claim.length + 1) * width);
  const same = claim.map((word) => source.map((other) => isSame(word, other)));
  for (let i = claim.length - 1; i >= 0; i--)
    for (let j = source.length - 1; j >= 0; j--)
      lengths[i * width + j] = same[i]![j]
        ? lengths[(i + 1) * width + j + 1]! + 1
        : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < claim.length && j < source.length;) {
    if (same[i]![j]) pairs.push([i++, j++]);
    else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i++;
    else j++;
  }
  return pairs;
}

/** Of a claim that repeats less than this of its words from the sentence, the rest may well be the same in other words. */
const leastRepeated = 0.75;
/** More words than these say something else rather than name another thing. */
const mostReplaced = 4;

/** Begins what refers to a thing named before. */
const references = new Set('the this that these those its their 이 그 해당 동 본 당'.split(' '));
const refersBack = (told: PlacedWord[], read: PlacedWord[]): boolean =>
  references.has(read[0]!.lower) && !references.has(told[0]!.lower);

const holds = (words: ReadonlySet<string>, { lower, terms }: PlacedWord): boolean =>
  words.has(lower) || (terms.length > 0 && shareWithin(terms, words) >= leastShare);

/**
 * Whether the claim repeats the sentence with other nouns in place of some of its own: `the ferry in Ulm` of `the
 * crane in Ulm`. Between words that both have, in the same order, the claim then has a noun that the sentence has not,
 * and the sentence another one.
 * @param before words and terms of what stands before the sentence: it may call by `the company` what was named there.
 */
export function replacesNoun(
  claim: PlacedWord[],
  source: PlacedWord[],
  before: ReadonlySet<string>,
): boolean {
  if (claim.length > mostWords || source.length > mostWords) return false;
  const matched = alignment(claim, source);
  if (repeatedShare(claim, matched) < leastRepeated) return false;
  const own = new Set(source.flatMap(({ lower, terms }) => [lower, ...terms]));
  const repeats = (word: PlacedWord): boolean => claim.some((other) => isSame(word, other));
  let [claimAt, sourceAt] = [0, 0];
  for (const [claimEnd, sourceEnd] of [...matched, [claim.length, source.length] as const]) {
    const told = claim.slice(claimAt, claimEnd);
    const read = source.slice(sourceAt, sourceEnd);
    [claimAt, sourceAt] = [claimEnd + 1, sourceEnd + 1];
    if (!isNounPhrase(told) || !isNounPhrase(read) || read.every(repeats)) continue;
    const added = told.filter((word) => word.isMeaningful && !holds(own, word));
    if (added.length === 0) continue;
    if (refersBack(told, read) && added.every((word) => holds(before, word))) continue;
    return true;
  }
  return false;
}

/** Which share of the claim's words and numbers are matched. */
const repeatedShare = (claim: PlacedWord[], matched: [number, number][]): number => {
  const weighs = ({ isMeaningful, lower }: PlacedWord): boolean => isMeaningful || isNumber(lower);
  return matched.filter(([at]) => weighs(claim[at]!)).length / claim.filter(weighs).length;
};

/** A few words that begin with a noun, function words aside. */
const isNounPhrase = (words: PlacedWord[]): boolean => {
  const meaningful = words.filter(({ isMeaningful }) => isMeaningful);
  return meaningful.length <= mostReplaced && meaningful[0]?.isNoun === true;
};
