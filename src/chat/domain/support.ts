import { functionWords, meaningfulTerms, shareWithin, type Terms } from '../../shared/term-overlap.js';

/** What a quote must hold to support a claim. */
export interface Requirements {
  numbers: ReadonlySet<string>;
  /** Lower case; each must occur as a whole word. */
  identifiers: ReadonlySet<string>;
  /**
   * The terms of each word that carries meaning, numbers aside; a share of them must occur. By word, for one word
   * of Korean gives up to five terms and must not outweigh the others.
   */
  words: string[][];
}

/** What a piece of the source holds. */
export interface Holdings {
  numbers: ReadonlySet<string>;
  words: ReadonlySet<string>;
  terms: ReadonlySet<string>;
}

/**
 * How much of a claim's words its quote must hold. Calibrated on the pairs in `test/unit/quote-calibration.spec.ts` (supported ≥ 0.67, others ≤ 0.40): paraphrases
 * in both languages reach it, sentences on another matter of the same subject do not.
 */
export const supportThreshold = 0.5;

const wordPattern = /[\p{Script=Latin}\p{N}]+(?:[._\-/+#@:][\p{Script=Latin}\p{N}]+)*[+#]*/gu;
const isLatin = (word: string): boolean => /\p{Script=Latin}/u.test(word);
/** A code name, a version, a product: anything that is not an ordinary lower-case or capitalised word. */
const isIdentifier = (word: string): boolean =>
  isLatin(word) && (/[\p{N}_@#+/:]/u.test(word) || /\p{L}.*\p{Lu}/u.test(word) || /\p{L}\.\p{L}/u.test(word));
const isCapitalised = (word: string): boolean => /^\p{Lu}\p{Ll}+/u.test(word);

const normalise = (text: string): string => text.normalize('NFKC');

/** Numbers without thousands separators and leading zeros; `2024.03.15` gives its three parts. */
export const numbersOf = (text: string): Set<string> => {
  const numbers = new Set<string>();
  for (const [found] of normalise(text).matchAll(/\d+(?:[.,]\d+)*/g)) {
    const number = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(found) ? found.replaceAll(',', '') : found;
    const parts = /^\d+(?:\.\d+)?$/.test(number) ? [number] : number.split(/[.,]/);
    for (const part of parts) numbers.add(part.replace(/^0+(?=\d)/, ''));
  }
  return numbers;
};

const wordsOf = (text: string): Set<string> => {
  const words = new Set<string>();
  for (const [word] of normalise(text).matchAll(wordPattern)) {
    const lower = word.toLowerCase();
    words.add(lower);
    for (const part of lower.split(/[._\-/+#@:]/)) words.add(part);
  }
  return words;
};

/** In Korean every Latin word is a name; in English identifiers are, and capitalised words inside the sentence. */
const identifiersOf = (claim: string): Set<string> => {
  const text = normalise(claim);
  const korean = /\p{Script=Hangul}/u.test(text);
  const identifiers = new Set<string>();
  for (const match of text.matchAll(wordPattern)) {
    const [word] = match;
    const lower = word.toLowerCase();
    const named = korean ? isLatin(word) && word.length > 1 : isCapitalised(word) && match.index > 0;
    if ((isIdentifier(word) || named) && !functionWords.has(lower)) identifiers.add(lower);
  }
  return identifiers;
};

export const requirementsOf = (claim: string, terms: Terms): Requirements => ({
  numbers: numbersOf(claim),
  identifiers: identifiersOf(claim),
  words: meaningfulTerms(claim, terms),
});

export const holdingsOf = (text: string, terms: Terms): Holdings => ({
  numbers: numbersOf(text),
  words: wordsOf(text),
  terms: new Set(terms(text)),
});

export const joined = (all: Holdings[]): Holdings => ({
  numbers: new Set(all.flatMap(({ numbers }) => [...numbers])),
  words: new Set(all.flatMap(({ words }) => [...words])),
  terms: new Set(all.flatMap(({ terms }) => [...terms])),
});

const isWithin = (wanted: ReadonlySet<string>, held: ReadonlySet<string>): boolean =>
  [...wanted].every((one) => held.has(one));

/** `servers` is held by `server` and the other way round. */
const holdsWord = (words: ReadonlySet<string>, word: string): boolean =>
  words.has(word) || words.has(`${word}s`) || (word.endsWith('s') && words.has(word.slice(0, -1)));

/** How much of the claim's words is held, 0 to 1, when every number and identifier is; else 0. */
export const supportOf = (required: Requirements, held: Holdings): number => {
  if (!isWithin(required.numbers, held.numbers)) return 0;
  if (![...required.identifiers].every((word) => holdsWord(held.words, word))) return 0;
  if (required.words.length === 0) return required.numbers.size + required.identifiers.size > 0 ? 1 : 0;
  const shares = required.words.map((wordTerms) => shareWithin(wordTerms, held.terms));
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
};
