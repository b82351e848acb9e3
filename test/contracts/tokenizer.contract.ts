import fc from 'fast-check';
import type { Tokenizer } from '../../src/platform/text/tokenizer.port.js';

/** What every `Tokenizer` keeps, whatever its terms are. */
export const tokenizerContract = (open: () => Tokenizer): void => {
  const tokenizer = open();
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(
      '계약',
      '기간은 ',
      'NestJS에서',
      '1,234',
      '3.14',
      ' ',
      '\n',
      'fooBar',
      'a_b.c',
      'ㅋㅋ',
      '漢字',
      '\ud800',
      'é',
    ),
  );

  it('answers terms of 1 to 64 characters, without white space, for any text', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        for (const term of tokenizer.terms(pieces.join(''))) {
          expect(term.length).toBeGreaterThan(0);
          expect(term.length).toBeLessThanOrEqual(64);
          expect(term).not.toMatch(/\s|\0|\p{Surrogate}/u);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('answers the same for many texts as for each by itself, in order', async () => {
    const texts = Array.from(
      { length: 150 },
      (_, index) => `문서 ${index}의 내용은 running tests ${index * 1_000}이다.`,
    );
    expect(await tokenizer.termsOfMany(texts)).toEqual(texts.map((text) => tokenizer.terms(text)));
    expect(await tokenizer.termsOfMany([])).toEqual([]);
  });

  it('does not tell composed from decomposed, wide from narrow, nor upper from lower case', () => {
    expect(tokenizer.terms('계약'.normalize('NFD'))).toEqual(tokenizer.terms('계약'));
    expect(tokenizer.terms('ＡＢＣ １２３')).toEqual(tokenizer.terms('abc 123'));
    expect(tokenizer.terms('CONTRACT')).toEqual(tokenizer.terms('contract'));
  });
};

/** Apart, because it says nothing about threads and takes its time. */
export const tokenizerSpeedContract = (open: () => Tokenizer): void => {
  const tokenizer = open();

  it.each([
    '가',
    'a',
    '1',
    'a.',
    '1,',
    "'",
    'ㅋ',
    '\u0316\u0301',
    '漢',
    'aB',
    '_',
    '가a',
    '다. ',
    '\ud800',
    ' ',
  ])('takes a line of 1,000,000 characters of %j in linear time', (unit) => {
    const startedAt = performance.now();
    tokenizer.terms(unit.repeat(1_000_000 / unit.length));
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });
};
