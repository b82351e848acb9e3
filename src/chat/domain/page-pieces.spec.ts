import fc from 'fast-check';
import { pagePieces } from './page-pieces.js';

describe('pagePieces', () => {
  it('keeps short paragraphs together', () => {
    expect(pagePieces('One.\n\nTwo.\n')).toEqual([{ start: 0, end: 10 }]);
  });

  it('covers every visible character once, in order, in bounded pieces', () => {
    const part = fc.constantFrom(
      'word ',
      'Sentence. ',
      '\n\n',
      '문장이다. ',
      '🙂',
      'x'.repeat(700),
      '- item\n',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 300 }), (parts) => {
        const text = parts.join('');
        const pieces = pagePieces(text);
        expect(pieces.every(({ start, end }) => end - start <= 1_200)).toBe(true);
        expect(pieces.every(({ start }, index) => start >= (pieces[index - 1]?.end ?? 0))).toBe(true);
        const covered = pieces.map(({ start, end }) => text.slice(start, end)).join('');
        expect(covered.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
      { numRuns: 200 },
    );
  });
});
