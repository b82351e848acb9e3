import snowball from 'snowball-stemmers';
import { GenerationalCache } from './generational-cache.js';

export const maxTermLength = 64;

/** Function words alone; anything that could be asked for stays, for IDF weighs it down by itself. */
const stopWords = new Set(
  (
    'a an and are as at be been but by can could did do does for from had has have he her his how i if in into is it ' +
    'its may me my no not of on or our she should so such than that the their them then there these they this those ' +
    'to was we were what when where which who whom whose why will with would you your'
  ).split(' '),
);

const grouped = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const dottedNumber = /^\d+(?:\.\d+)*$/;
const edges = /^[_.,'’\-‐‑]+|[_.,'’\-‐‑]+$/g;
/** Between `fooBar` and before the last capital of `HTTPServer`. */
const camelBoundary = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;

const stemmer = snowball.newStemmer('english');
const stems = new GenerationalCache<string>(20_000);

const withoutMarks = (text: string): string =>
  // eslint-disable-next-line no-control-regex
  /^[\x00-\x7f]*$/.test(text) ? text : text.normalize('NFKD').replace(/\p{M}/gu, '');

const stem = (lower: string): string =>
  /^[a-z]+$/.test(lower) ? stems.getOrCompute(lower, (key) => stemmer.stem(key)) : lower;

/** Pushes one plain word as a term, unless it is a stop word. */
const pushWord = (terms: string[], word: string): void => {
  const lower = withoutMarks(word.slice(0, maxTermLength).toLowerCase()).replace(/['’](?:s$)?/g, '');
  if (lower === '' || stopWords.has(lower)) return;
  terms.push(stem(lower).slice(0, maxTermLength));
};

const pushNumber = (terms: string[], digits: string): void => {
  terms.push(digits.slice(0, maxTermLength));
  const parts = digits.split('.');
  // a version, an address or a dotted date is asked for by its parts too; a decimal is not
  if (parts.length > 2) for (const part of parts) terms.push(part.slice(0, maxTermLength));
};

const pushIdentifier = (terms: string[], word: string): void => {
  const parts = word
    .split(/[._\-‐‑]/)
    .flatMap((part) => (part.length > maxTermLength ? [part] : part.split(camelBoundary)));
  const filled = parts.filter((part) => part !== '');
  const hyphenatedWords = /[-‐‑]/.test(word) && !/[._\p{N}]/u.test(word);
  if (filled.length === 1 || (!hyphenatedWords && word.length <= maxTermLength))
    pushWord(terms, word.replace(/[‐‑]/g, '-'));
  if (filled.length > 1) for (const part of filled) pushWord(terms, part);
};

/** Terms of a run of Latin letters, digits and what joins them: words by stem, numbers and identifiers whole. */
export const latinTerms = (run: string): string[] => {
  const terms: string[] = [];
  const text = run.replace(edges, '');
  if (grouped.test(text)) return [text.replaceAll(',', '')];
  for (const piece of text.split(',')) {
    const sign = /(?:\+\+|#)$/.exec(piece)?.[0] ?? '';
    const body = piece.slice(0, piece.length - sign.length).replace(edges, '');
    if (body === '') continue;
    if (sign !== '' && body.length <= 8) terms.push(`${body.toLowerCase()}${sign}`);
    if (dottedNumber.test(body)) pushNumber(terms, body);
    else pushIdentifier(terms, body);
  }
  return terms;
};
