import { rankByTerms } from './term-ranking.js';

describe('rankByTerms', () => {
  it('ranks the text with the rarer term first, and gives 0 to one without any', () => {
    const texts = [['the', 'cat'], ['the', 'dog'], ['the', 'bird'], ['nothing']];
    const [cat, dog, bird, nothing] = rankByTerms(['the', 'cat'], texts);
    expect(cat).toBeGreaterThan(dog!);
    expect(dog).toBe(bird);
    expect(dog).toBeGreaterThan(0);
    expect(nothing).toBe(0);
  });

  it('takes no texts and no query', () => {
    expect(rankByTerms(['a'], [])).toEqual([]);
    expect(rankByTerms([], [['a'], []])).toEqual([0, 0]);
  });
});
