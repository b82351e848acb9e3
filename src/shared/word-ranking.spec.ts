import { rankByWords } from './word-ranking.js';

const words = (...list: string[]): string[][] => list.map((word) => [word]);
const texts = (...list: string[]): string[][] => list.map((text) => text.split(' '));

describe('rankByWords', () => {
  const best = (query: string[][], candidates: string[][]): number => {
    const scores = rankByWords(query, candidates).map(({ score }) => score);
    return scores.indexOf(Math.max(...scores));
  };

  it('prefers the text that holds all words to one that repeats a single one', () => {
    expect(
      best(words('memory', 'installer'), texts('memory memory memory', 'the installer needs memory')),
    ).toBe(1);
  });

  it('weighs a rare word above a common one', () => {
    const candidates = texts('system memory', 'system disk', 'system swap', 'graphical screen');
    expect(best(words('system', 'graphical'), candidates)).toBe(3);
  });

  it('counts a word by the share of its terms, so that one of many terms does not outweigh a word', () => {
    const [part, whole] = rankByWords([['설치', '설치하', '치하']], [['설치'], ['설치', '설치하', '치하']]);
    expect(part?.coverage).toBeCloseTo(1 / 3);
    expect(whole?.coverage).toBe(1);
    expect(whole!.score).toBeGreaterThan(part!.score);
  });

  it('takes the shorter of two texts that say the same', () => {
    expect(best(words('memory'), texts(`memory ${'and so on '.repeat(20)}`.trim(), 'memory first'))).toBe(1);
  });

  it('gives nothing to a text without any of the words, and nothing without words', () => {
    expect(rankByWords(words('memory'), texts('disk'))).toEqual([{ score: 0, coverage: 0 }]);
    expect(rankByWords([], texts('disk'))).toEqual([{ score: 0, coverage: 0 }]);
    expect(rankByWords(words('memory'), [])).toEqual([]);
  });
});
