import fc from 'fast-check';
import { findQuote, quoteLimit } from './quote.js';
import { numbersOf } from './support.js';

const terms = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const quoteOf = (claim: string, text: string): string | null => {
  const quote = findQuote(claim, text, terms);
  return quote && text.slice(quote.start, quote.end);
};

const source =
  'The device weighs 320 grams. Its battery lasts 11 hours. Charging takes 90 minutes with the USB-C adapter. ' +
  'The screen measures 6 inches.';

describe('findQuote', () => {
  it('takes the one sentence that says it', () => {
    expect(quoteOf('The battery lasts 11 hours', source)).toBe('Its battery lasts 11 hours.');
  });

  it('takes neighbouring sentences when only they say it together', () => {
    expect(quoteOf('The battery lasts 11 hours and charging takes 90 minutes', source)).toBe(
      'Its battery lasts 11 hours. Charging takes 90 minutes with the USB-C adapter.',
    );
  });

  it.each([
    ['a number that is not there', 'The battery lasts 12 hours'],
    ['an identifier that is not there', 'Charging takes 90 minutes with the USB-A adapter'],
    ['a name that is not there', 'The battery of the Nimbus lasts 11 hours'],
    ['words that are not there', 'Colourful stickers decorate several boxes'],
    ['nothing', ''],
    ['punctuation', '...'],
  ])('finds none for %s', (_, claim) => {
    expect(quoteOf(claim, source)).toBeNull();
  });

  it.each([
    [
      'from a sentence that says it of another, and one that has the name',
      'The mill in Ulm employs 40 people',
      'The mill in Bern employs 40 people. A bakery stands in Ulm.',
    ],
    ['for words in quotation marks that are not there', 'It says "lasts 11 long hours" somewhere', source],
    ['for a quotation that goes on as it should not', '“Its battery lasts 11 hours, as promised”', source],
  ])('finds none %s', (_, claim, text) => {
    expect(quoteOf(claim, text)).toBeNull();
  });

  it.each(['It says “its battery lasts 11 hours”', '"Its battery … 11 hours", says the manual'])(
    'finds what %s quotes',
    (claim) => {
      expect(quoteOf(claim, source)).toBe('Its battery lasts 11 hours.');
    },
  );

  it('finds a name in the sentence before', () => {
    const text = 'The mill stands in Ulm. It employs 40 people in two shifts.';
    expect(quoteOf('The mill in Ulm employs 40 people', text)).toBe(text);
  });

  it('reads numbers by their value', () => {
    expect(quoteOf('It costs 15000 won', 'Everyone agreed. It costs 15,000 won.')).toBe(
      'It costs 15,000 won.',
    );
    expect(numbersOf('2024.03.15, 1,234.5 and 007')).toEqual(new Set(['2024', '3', '15', '1234.5', '7']));
  });

  it('cuts one long sentence around what matches', () => {
    const long = `${'many words come before it, '.repeat(15)}the battery lasts 11 hours, ${'and many follow after, '.repeat(15)}end.`;
    const quote = quoteOf('The battery lasts 11 hours', long);
    expect(quote).toBe('the battery lasts 11 hours,');
  });

  it('is verbatim, within the limit and holds every number of the claim, whatever the text', () => {
    const word = fc.constantFrom(
      'battery',
      'lasts',
      '11',
      '90',
      'hours.',
      '배터리는',
      '11시간',
      '이다.',
      'USB-C',
      '\n\n',
      '🙂,',
    );
    const text = fc.array(word, { maxLength: 200 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(
        text,
        text.map((all) => all.slice(0, 80)),
        (passage, claim) => {
          const quote = quoteOf(claim, passage);
          if (quote === null) return;
          expect(quote.length).toBeLessThanOrEqual(quoteLimit);
          expect(quote).toBe(quote.trim());
          expect([...numbersOf(claim)].every((number) => numbersOf(quote).has(number))).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});
