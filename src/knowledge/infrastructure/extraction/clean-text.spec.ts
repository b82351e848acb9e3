import fc from 'fast-check';
import { cleanText } from './clean-text.js';

describe('cleanText', () => {
  it.each([
    ['a\r\nb\rc\u2028d\fe', 'a\nb\nc\nd\ne'],
    ['a\0b\u0007c\ufeffd\te', 'abcd\te'],
    ['한'.normalize('NFD'), '한'],
    ['\ud800x\udc00😀', '\ufffdx\ufffd😀'],
  ])('%j becomes %j', (raw, text) => {
    expect(cleanText(raw)).toBe(text);
  });

  it('gives NFC without control characters or lone surrogates, for any string, and then changes no more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat(3), (raw, repeats) => {
        const text = cleanText(raw.repeat(repeats + 1));
        expect(text).toBe(text.normalize('NFC'));
        // eslint-disable-next-line no-control-regex
        expect(text).not.toMatch(/[\0-\u0008\u000b-\u001f\ufeff]|\p{Surrogate}/u);
        expect(cleanText(text)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps 30 marks of a run, which normalising would need hours for', () => {
    expect(cleanText(`a${'\u0316\u0301'.repeat(500_000)}b`)).toMatch(/^\p{L}\p{M}{29,30}b$/u);
    expect(cleanText('\u0344'.repeat(1_000))).toHaveLength(30);
  });
});
