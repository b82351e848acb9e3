import { findQuote } from '../src/chat/domain/quote.js';
import { supportThreshold } from '../src/chat/domain/support.js';
import { lexicalTerms } from '../src/platform/text/lexical-terms.js';
import { Random } from '../test/random.js';
import type { SpanSet } from './answer-spans.js';
import type { Calibration } from './calibration-page.js';
import { supportPairs, type SupportPair } from './support-pairs.js';
import type { Judged } from './threshold-table.js';

const questionsOfEach = 400;
/** Steps of .05 from .3 to .9. */
export const supportThresholds = Array.from({ length: 13 }, (_, step) => (30 + step * 5) / 100);
/** A mark lost costs as much as one that lies: Youden's index. */
const rejectWeight = 1;

/** The highest of the thresholds at which the claim keeps its mark; 0: none. */
function scoreOf({ claim, passage }: SupportPair, terms: (text: string) => string[]): number {
  let [low, high] = [0, supportThresholds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (findQuote(claim, passage, terms, supportThresholds[middle])) low = middle + 1;
    else high = middle;
  }
  return supportThresholds[low - 1] ?? 0;
}

/** Does a passage say what cites it? */
export function calibrateSupport(sets: SpanSet[]): Calibration {
  const known = new Map<string, string[]>();
  const terms = (text: string): string[] => {
    const found = known.get(text) ?? lexicalTerms(text);
    known.set(text, found);
    return found;
  };
  const judged = sets.flatMap((set): Judged[] =>
    supportPairs(set, new Random(5), questionsOfEach).map((pair) => ({
      group: set.name,
      kind: pair.kind,
      accept: pair.supported,
      score: scoreOf(pair, terms),
    })),
  );
  return {
    name: 'support',
    title: 'Support: share of a claim’s words that its quote holds',
    constant: supportThreshold,
    thresholds: supportThresholds,
    rejectWeight,
    judged,
  };
}
