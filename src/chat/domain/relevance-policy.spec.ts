import { isRelevantEnough } from './relevance-policy.js';

const thresholds = { leastCoverage: 0.35, leastSimilarity: null };

describe('isRelevantEnough', () => {
  it('asks for the share of the question that one passage must hold', () => {
    expect(isRelevantEnough({ coverage: 0.35, similarity: null }, thresholds)).toBe(true);
    expect(isRelevantEnough({ coverage: 0.34, similarity: null }, thresholds)).toBe(false);
  });

  it('leaves the last word to vectors that know meaning, by a threshold for their model', () => {
    const far = { coverage: 0.1, similarity: 0.4 };
    expect(isRelevantEnough(far, thresholds)).toBe(true);
    expect(isRelevantEnough(far, { ...thresholds, leastSimilarity: 0.4 })).toBe(true);
    expect(isRelevantEnough(far, { ...thresholds, leastSimilarity: 0.5 })).toBe(false);
    expect(isRelevantEnough({ coverage: 0.5, similarity: -1 }, { ...thresholds, leastSimilarity: 0.5 })).toBe(
      true,
    );
  });

  it('withholds nothing where nothing was measured, or nothing is asked for', () => {
    expect(isRelevantEnough(null, thresholds)).toBe(true);
    expect(isRelevantEnough({ coverage: null, similarity: null }, thresholds)).toBe(true);
    expect(isRelevantEnough({ coverage: 0, similarity: null }, { ...thresholds, leastCoverage: 0 })).toBe(
      true,
    );
  });
});
