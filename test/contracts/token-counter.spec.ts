import fc from 'fast-check';
import { O200kTokenCounter, withoutLongRuns } from '../../src/platform/models/o200k-token-counter.js';
import { tokenCounterContract } from './token-counter.contract.js';

describe('O200kTokenCounter', () => {
  tokenCounterContract(() => new O200kTokenCounter());

  it.each([
    ['hello world', 2],
    ['서울은 대한민국의 수도이다.', 7],
  ])('counts %j as the model would', (text, tokens) => {
    expect(new O200kTokenCounter().count(text)).toBe(tokens);
  });

  it('gives the encoding no unbroken run of more than 512 characters, and all of the text', () => {
    const unit = fc.constantFrom('ㅋ', 'x', '가', '😀', ' ', '\n', 'a b ', '\u0301', '한국어 ');
    const run = fc.tuple(unit, fc.nat(3_000)).map(([part, times]) => part.repeat(times));
    fc.assert(
      fc.property(fc.array(run, { maxLength: 8 }), (runs) => {
        const text = runs.join('');
        const parts = [...withoutLongRuns(text)];
        expect(parts.join('')).toBe(text);
        for (const part of parts) expect(part).not.toMatch(/\S{513}|\s{513}/);
      }),
    );
  });
});
