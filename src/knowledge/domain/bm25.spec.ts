import { inverseDocumentFrequency, termSaturation, weightTerms } from './bm25.js';

describe('BM25', () => {
  it('weighs a rare term more than a common one, and never below zero', () => {
    const idfs = [1, 10, 50, 99, 100].map((containing) => inverseDocumentFrequency(100, containing));
    expect(idfs).toEqual(idfs.toSorted((a, b) => b - a));
    expect(idfs.at(-1)).toBeGreaterThan(0);
  });

  it('survives counts that were read a moment apart', () => {
    expect(inverseDocumentFrequency(5, 7)).toBeGreaterThan(0);
  });

  it('saturates with frequency and prefers the shorter text', () => {
    const once = termSaturation(1, 100, 100);
    const twice = termSaturation(2, 100, 100);
    expect(twice).toBeGreaterThan(once);
    expect(twice).toBeLessThan(2 * once);
    expect(termSaturation(1, 50, 100)).toBeGreaterThan(once);
  });

  it('keeps the terms that occur at all, rarest first, counting repeats in the question', () => {
    const containing = new Map([
      ['rare', 1],
      ['common', 50],
    ]);
    const statistics = { chunkCount: 100, averageLength: 10, containing };
    const weighted = weightTerms(['common', 'absent', 'rare', 'common'], statistics);
    expect(weighted.map(({ term }) => term)).toEqual(['rare', 'common']);
    expect(weighted[1]!.weight).toBeCloseTo(2 * inverseDocumentFrequency(100, 50));
  });
});
