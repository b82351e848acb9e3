import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
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

  it('counts word by word what the encoding counts in the whole', () => {
    const part = fc.constantFrom(
      'word',
      'Łódź',
      "don't",
      '가나다',
      '한국어를',
      '漢字',
      ' ',
      '  ',
      '\n',
      '\n\n',
      '\r\n',
      '\t',
      '1',
      '2024',
      '.',
      '...',
      '/',
      '-',
      '"',
      '😀',
      '\u0301',
      '\u00a0',
      'camelCase',
      'HTTP',
      '=>',
      '<|endoftext|>',
      'ㅋㅋ',
    );
    const counter = new O200kTokenCounter();
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        expect(counter.count(text)).toBe(countTokens(text, { disallowedSpecial: new Set() }));
      }),
      { numRuns: 2_000 },
    );
  });
});
