import { inverseDocumentFrequency } from './bm25.js';
import { expandTerms, feedbackWeight } from './relevance-feedback.js';

const ranked = (...scores: number[]): { id: string; score: number }[] =>
  scores.map((score, position) => ({ id: String(position), score }));

describe('feedbackWeight', () => {
  it('is the more the less the best passage stands out, and nothing where it does or where there are few', () => {
    const flat = feedbackWeight(ranked(...Array.from({ length: 12 }, () => 7)));
    const sloping = feedbackWeight(ranked(10, 9, 9, 9, 8, 8, 8, 8, 8, 8, 1));
    const clear = feedbackWeight(ranked(10, 3, 3, 3, 3, 3, 3, 3, 3, 3));
    expect(flat).toBe(0.3);
    expect(sloping).toBeCloseTo(0.3 * 0.8 ** 4, 12);
    expect(clear).toBe(0);
    expect(feedbackWeight(ranked(5, 5, 5))).toBe(0);
    expect(feedbackWeight([])).toBe(0);
  });
});

describe('expandTerms', () => {
  const idf = (containing: number): number => inverseDocumentFrequency(100, containing);
  const terms = [
    { term: 'leave', weight: 2 * idf(5), containing: 5 },
    { term: 'days', weight: idf(20), containing: 20 },
  ];

  it('moves a part of the mass of the question to what the best passages share', () => {
    const feedback = [
      { term: 'holiday', share: 0.03, containing: 4 },
      { term: 'days', share: 0.01, containing: 20 },
    ];
    const expanded = new Map(expandTerms(terms, feedback, 0.4, 100).map((term) => [term.term, term.weight]));
    expect(expanded.get('leave')).toBeCloseTo(0.6 * 2 * idf(5), 12);
    expect(expanded.get('holiday')).toBeCloseTo(0.4 * 3 * 0.75 * idf(4), 12);
    expect(expanded.get('days')).toBeCloseTo(0.6 * idf(20) + 0.4 * 3 * 0.25 * idf(20), 12);
  });

  it('leaves the question as it is without feedback, and never changes what it was given', () => {
    const before = structuredClone(terms);
    expect(expandTerms(terms, [], 0.4, 100)).toEqual(before);
    expandTerms(terms, [{ term: 'days', share: 1, containing: 20 }], 0.4, 100);
    expect(terms).toEqual(before);
  });
});
