import { lexicalTerms } from '../../platform/text/lexical-terms.js';
import { askedWords, coverageOf as coverageOfWords } from './relevance.js';

const coverageOf = (question: string[], passages: string[][], of: typeof statistics): number | null =>
  coverageOfWords(
    question.map((term) => [term]),
    passages,
    of,
  );

const statistics = {
  chunkCount: 100,
  averageLength: 10,
  containing: new Map([
    ['leave', 2],
    ['days', 60],
  ]),
};

describe('coverageOf', () => {
  it('weighs terms by their rarity, most those that no passage has', () => {
    const rare = coverageOf(['leave', 'days'], [['leave']], statistics)!;
    const common = coverageOf(['leave', 'days'], [['days']], statistics)!;
    expect(rare + common).toBeCloseTo(1, 12);
    expect(rare).toBeGreaterThan(0.8);
    expect(coverageOf(['leave', 'penguin'], [['leave']], statistics)).toBeLessThan(0.5);
  });

  it('is that of the best single passage, however often a term is repeated', () => {
    const apart = coverageOf(['leave', 'days'], [['leave', 'leave'], ['days']], statistics)!;
    expect(apart).toBe(coverageOf(['leave', 'days'], [['leave']], statistics));
    expect(coverageOf(['leave', 'days'], [['x'], ['days', 'leave']], statistics)).toBe(1);
  });

  it('takes terms for equally rare where there are few passages', () => {
    const few = {
      chunkCount: 1,
      averageLength: 10,
      containing: new Map([
        ['leave', 1],
        ['days', 1],
      ]),
    };
    expect(coverageOf(['leave', 'days', 'vacation'], [['leave', 'days']], few)).toBeGreaterThan(0.6);
  });

  it('counts words, not their terms', () => {
    const words = [['leave'], ['a', '~ab', '~bc', '~cd']];
    const none = { chunkCount: 100, averageLength: 10, containing: new Map<string, number>() };
    expect(coverageOfWords(words, [['leave']], none)).toBeCloseTo(0.5, 12);
    expect(coverageOfWords(words, [['a', '~ab']], none)).toBeCloseTo(0.25, 12);
  });

  it('does not ask a passage for the words that ask', () => {
    const first = (question: string): string[] =>
      askedWords(question, lexicalTerms).map((terms) => terms[0]!);
    expect(first('휴가와 laptop 교체는 어떻게 됩니까?')).toEqual(['휴가', 'laptop', '교체']);
    expect(first('Please tell me how many days of leave there are')).toEqual(['day', 'leav']);
  });

  it('is 0 without passages and unknown without terms', () => {
    expect(coverageOf(['leave'], [], statistics)).toBe(0);
    expect(coverageOf([], [['leave']], statistics)).toBeNull();
  });
});
