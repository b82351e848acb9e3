import { splitSentences } from '../../shared/sentences.js';
import type { Terms } from '../../shared/term-overlap.js';
import type { TextRange } from '../../shared/text-blocks.js';
import { placedWords, replacesNoun } from './substitution.js';
import {
  holdingsOf,
  isSupported,
  joined,
  requirementsOf,
  saysItOfAnother,
  supportOf,
  type Holdings,
  type Requirements,
} from './support.js';

/** Longest quote in UTF-16 units. */
export const quoteLimit = 300;

interface Unit extends TextRange {
  holdings: Holdings;
  /** Says the claim of another name; no run leads over it. */
  isOfAnother: boolean;
}

interface Candidate extends TextRange {
  units: number;
  support: number;
}

const isBetter = (candidate: Candidate, best: Candidate | null): boolean => {
  if (!best) return true;
  if (candidate.units !== best.units) return candidate.units < best.units;
  if (candidate.support !== best.support) return candidate.support > best.support;
  return candidate.end - candidate.start < best.end - best.start;
};

/** The run of fewest units, within the limit, that supports the claim; of those the one that holds the most. */
const smallestRun = (required: Requirements, units: Unit[]): Candidate | null => {
  let best: Candidate | null = null;
  for (let first = 0; first < units.length; first++) {
    const start = units[first]!.start;
    const held: Holdings[] = [];
    for (let last = first; last < units.length && units[last]!.end - start <= quoteLimit; last++) {
      if (best && last - first + 1 > best.units) break;
      if (units[last]!.isOfAnother) break;
      held.push(units[last]!.holdings);
      const support = supportOf(required, joined(held));
      if (support < required.threshold) continue;
      const candidate = { start, end: units[last]!.end, units: last - first + 1, support };
      if (isBetter(candidate, best)) best = candidate;
      break;
    }
  }
  return best;
};

const unitsOf = (required: Requirements, text: string, ranges: TextRange[], terms: Terms): Unit[] =>
  ranges.map((range) => {
    const holdings = holdingsOf(text.slice(range.start, range.end), terms);
    return { ...range, holdings, isOfAnother: saysItOfAnother(required, holdings) };
  });

/** Marks the sentences that say the claim of another thing. */
const withReplaced = (
  claim: string,
  text: string,
  required: Requirements,
  units: Unit[],
  terms: Terms,
): Unit[] => {
  const claimed = placedWords(claim, terms);
  const before = new Set<string>();
  return units.map((unit) => {
    const repeats = !unit.isOfAnother && isSupported(required, unit.holdings);
    const isOfAnother =
      unit.isOfAnother ||
      (repeats && replacesNoun(claimed, placedWords(text.slice(unit.start, unit.end), terms), before));
    for (const word of [...unit.holdings.words, ...unit.holdings.terms]) before.add(word);
    return { ...unit, isOfAnother };
  });
};

/** Pieces of `sentence` between separators, without the white space around them. */
const piecesOf = (text: string, sentence: TextRange, separator: RegExp): TextRange[] => {
  const pieces: TextRange[] = [];
  let start = sentence.start;
  for (const match of text.slice(sentence.start, sentence.end).matchAll(separator)) {
    const end = sentence.start + match.index;
    if (end > start) pieces.push({ start, end });
    start = end + match[0].length;
  }
  if (start < sentence.end) pieces.push({ start, end: sentence.end });
  return pieces;
};

const clauseBreak = /(?<=[,;:，、；：)\]|])\s+|\n+/g;
const wordBreak = /\s+/g;
/** A word that alone exceeds the limit makes no quote; a sentence of more words than this is no prose. */
const mostPieces = 400;

/** Cuts one sentence that is longer than a quote may be: at clauses if that is enough, else between words. */
const cutOf = (required: Requirements, text: string, sentence: TextRange, terms: Terms): Candidate | null => {
  for (const separator of [clauseBreak, wordBreak]) {
    const pieces = piecesOf(text, sentence, separator).slice(0, mostPieces);
    const cut = smallestRun(required, unitsOf(required, text, pieces, terms));
    if (cut) return cut;
  }
  return null;
};

/**
 * The smallest run of whole sentences of `text`, at most 300 characters long, that supports `claim`: it holds every
 * number and Latin identifier of the claim and enough of its terms. A single sentence that is longer is cut around
 * what matches. Offsets into `text`; null when nothing supports the claim.
 * @param threshold default: the calibrated one
 */
export const findQuote = (
  claim: string,
  text: string,
  terms: Terms,
  threshold?: number,
): TextRange | null => {
  const required = requirementsOf(claim, terms, threshold);
  const ranges = unitsOf(required, text, splitSentences(text), terms);
  const sentences = withReplaced(claim, text, required, ranges, terms);
  const run = smallestRun(required, sentences);
  if (run) return { start: run.start, end: run.end };
  let best: Candidate | null = null;
  for (const sentence of sentences) {
    if (sentence.isOfAnother || sentence.end - sentence.start <= quoteLimit) continue;
    if (!isSupported(required, sentence.holdings)) continue;
    const cut = cutOf(required, text, sentence, terms);
    if (cut && isBetter(cut, best)) best = cut;
  }
  return best && { start: best.start, end: best.end };
};
