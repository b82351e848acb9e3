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
  /** What the claim puts between quotation marks, plain; each must stand in the source as it is. */
  quotations: string[];
  /** Least share of the words, 0 to 1. */
  threshold: number;
}

/** What a piece of the source holds. */
export interface Holdings {
  /** Its text, plain. */
  text: string;
  numbers: ReadonlySet<string>;
  identifiers: ReadonlySet<string>;
  words: ReadonlySet<string>;
  terms: ReadonlySet<string>;
}

/**
 * How much of a claim's words its quote must hold. `npm run calibrate` measures it on statements made from the answer
 * spans of public sets; the pairs in `test/unit/quote-calibration.spec.ts` hold it in CI.
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

/** Differences that do not make another quotation: case, width, white space, the kind of quotation marks inside. */
const plainText = (text: string): string =>
  normalise(text)
    .toLowerCase()
    .replace(/["'“”‘’„«»「」『』]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

const quoted = /"([^"\n]+)"|“([^”\n]+)”|„([^“”\n]+)[“”]|«([^»\n]+)»|「([^」\n]+)」|『([^』\n]+)』/g;

/** Parts of two words or more; one word between marks is a term that is being talked about. Left-out middles divide. */
const quotationsOf = (claim: string): string[] =>
  [...claim.matchAll(quoted)]
    .flatMap((match) =>
      match
        .slice(1)
        .find((part) => part !== undefined)!
        .split(/\[?(?:…|\.{3,})\]?/),
    )
    .map((part) => plainText(part).replace(/[.,;:!?]+$/, ''))
    .filter((part) => /\s/.test(part));

export const requirementsOf = (
  claim: string,
  terms: Terms,
  threshold: number = supportThreshold,
): Requirements => ({
  numbers: numbersOf(claim),
  identifiers: identifiersOf(claim),
  words: meaningfulTerms(claim, terms),
  quotations: quotationsOf(claim),
  threshold,
});

export const holdingsOf = (text: string, terms: Terms): Holdings => ({
  text: plainText(text),
  numbers: numbersOf(text),
  identifiers: identifiersOf(text),
  words: wordsOf(text),
  terms: new Set(terms(text)),
});

export const joined = (all: Holdings[]): Holdings => ({
  text: all.map(({ text }) => text).join(' '),
  numbers: new Set(all.flatMap(({ numbers }) => [...numbers])),
  identifiers: new Set(all.flatMap(({ identifiers }) => [...identifiers])),
  words: new Set(all.flatMap(({ words }) => [...words])),
  terms: new Set(all.flatMap(({ terms }) => [...terms])),
});

const isWithin = (wanted: ReadonlySet<string>, held: ReadonlySet<string>): boolean =>
  [...wanted].every((one) => held.has(one));

/** `servers` is held by `server` and the other way round. */
const holdsWord = (words: ReadonlySet<string>, word: string): boolean =>
  words.has(word) || words.has(`${word}s`) || (word.endsWith('s') && words.has(word.slice(0, -1)));

export const isSupported = (required: Requirements, held: Holdings): boolean =>
  supportOf(required, held) >= required.threshold;

/** How much of the claim's words is held, 0 to 1, when every number, identifier and quotation is; else 0. */
export const supportOf = (required: Requirements, held: Holdings): number => {
  if (!required.quotations.every((quotation) => held.text.includes(quotation))) return 0;
  if (!isWithin(required.numbers, held.numbers)) return 0;
  if (![...required.identifiers].every((word) => holdsWord(held.words, word))) return 0;
  if (required.words.length === 0) return required.numbers.size + required.identifiers.size > 0 ? 1 : 0;
  return shareOfWords(required, held);
};

const shareOfWords = ({ words }: Requirements, held: Holdings): number =>
  words.reduce((sum, wordTerms) => sum + shareWithin(wordTerms, held.terms), 0) / words.length;

/**
 * Whether a sentence says the claim of another name: `The mill in Ulm employs 40 people` of `The mill in Bern
 * employs 40 people`. Beside a sentence that has the right name it would seem to support the claim.
 */
export const saysItOfAnother = (required: Requirements, held: Holdings): boolean =>
  required.words.length > 0 &&
  ![...required.identifiers].every((word) => holdsWord(held.words, word)) &&
  [...held.identifiers].some((word) => !required.identifiers.has(word)) &&
  shareOfWords(required, held) >= supportThreshold;
