import fc from 'fast-check';
import type { TokenCounter } from '../../src/platform/models/token-counter.port.js';

/** What every `TokenCounter` keeps, whatever it counts by. */
export const tokenCounterContract = (open: () => TokenCounter): void => {
  const counter = open();

  it('counts nothing in nothing, and something in anything', () => {
    expect(counter.count('')).toBe(0);
    expect(counter.count('a')).toBeGreaterThan(0);
  });

  it('takes text that names special tokens for text', () => {
    expect(counter.count('a <|endoftext|> b <|im_start|>')).toBeGreaterThan(4);
  });

  it('truncates to a prefix within the limit, never inside a code point', () => {
    const piece = fc.constantFrom('가', '나다 ', 'word ', '😀', '\n', 'ㅋ', '1', '.', 'xyz', '漢', '\u0301');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 2_000 }), fc.nat(300), (pieces, limit) => {
        const text = pieces.join('');
        const prefix = counter.truncate(text, limit);
        expect(text.startsWith(prefix)).toBe(true);
        expect(counter.count(prefix)).toBeLessThanOrEqual(limit);
        expect(prefix).not.toMatch(/\p{Surrogate}/u);
        if (counter.count(text) <= limit) expect(prefix).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it.each(['ㅋ', 'a', ' ', '\n', '!', '가', '漢', '1', '😀', '\u0301', 'a '])(
    'counts 200,000 of %j in linear time',
    (unit) => {
      const time = (length: number): number => {
        const text = unit.repeat(length / unit.length);
        const startedAt = performance.now();
        counter.count(text);
        return performance.now() - startedAt;
      };
      time(20_000);
      expect(time(200_000)).toBeLessThan(6_000);
    },
  );
};
