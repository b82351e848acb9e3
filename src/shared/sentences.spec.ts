import fc from 'fast-check';
import { splitSentences } from './sentences.js';

const split = (text: string): string[] =>
  splitSentences(text).map(({ start, end }) => text.slice(start, end));

describe('splitSentences', () => {
  it.each([
    ['One. Two! Three? Four', ['One.', 'Two!', 'Three?', 'Four']],
    ['Pi is 3.14 exactly. Yes.', ['Pi is 3.14 exactly.', 'Yes.']],
    [
      'Dr. Kim met J. Smith, e.g. in Seoul. They left.',
      ['Dr. Kim met J. Smith, e.g. in Seoul.', 'They left.'],
    ],
    ['See No. 5 and p. 12. He said no. Then left.', ['See No. 5 and p. 12.', 'He said no.', 'Then left.']],
    ['He asked "Why?" and left. “Go.” She went.', ['He asked "Why?" and left.', '“Go.”', 'She went.']],
    ['It was approx. ten. well... maybe. Ok.', ['It was approx. ten. well... maybe.', 'Ok.']],
    ['서울은 수도이다. 인구는 약 940만 명이다.', ['서울은 수도이다.', '인구는 약 940만 명이다.']],
    [
      '계약일은 2024. 3. 15. 이다. 금액은 1,000원이다.',
      ['계약일은 2024. 3. 15. 이다.', '금액은 1,000원이다.'],
    ],
    ['붙여 썼다.그래도 나눈다.', ['붙여 썼다.', '그래도 나눈다.']],
    ['정말인가요? 네! "갔다."라고 했다.', ['정말인가요?', '네!', '"갔다."라고 했다.']],
    ['가. 목적은 이것이다. 나. 범위', ['가. 목적은 이것이다.', '나. 범위']],
    ['1. First item. 2. Second item.', ['1. First item.', '2. Second item.']],
    ['日本語です。次の文。', ['日本語です。', '次の文。']],
    ['**Bold.** Plain.', ['**Bold.**', 'Plain.']],
    ['...', ['...']],
    [' \n\t ', []],
  ])('%s', (text, expected) => {
    expect(split(text)).toEqual(expected);
  });

  it('keeps a wrapped line with its sentence, and ends one at a line that was ended on purpose', () => {
    const text =
      'Introduction\nThe quick brown fox jumps over the lazy dog and then it\nsleeps for the whole day. It wakes up late in the evening and\nruns.';
    expect(split(text)).toEqual([
      'Introduction',
      'The quick brown fox jumps over the lazy dog and then it\nsleeps for the whole day.',
      'It wakes up late in the evening and\nruns.',
    ]);
  });

  it('ends a sentence at blank lines, list items, headings and table rows', () => {
    expect(split('# Title\ntext here\n- one\n- two\n| a | b |\n| 1 | 2 |\n\nlast')).toEqual([
      '# Title',
      'text here',
      '- one',
      '- two',
      '| a | b |',
      '| 1 | 2 |',
      'last',
    ]);
  });

  it('covers every character that is not white space, in order, for any text', () => {
    const piece = fc.constantFrom(
      '.',
      '!',
      '?',
      '"',
      ' ',
      '\n',
      'a',
      'B',
      '다',
      '1',
      'Dr',
      '…',
      '。',
      '😀',
      '|',
      '#',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        const ranges = splitSentences(text);
        let at = 0;
        for (const { start, end } of ranges) {
          expect(text.slice(at, start).trim()).toBe('');
          expect(text.slice(start, end)).toBe(text.slice(start, end).trim());
          expect(end).toBeGreaterThan(start);
          at = end;
        }
        expect(text.slice(at).trim()).toBe('');
      }),
      { numRuns: 500 },
    );
  });

  it.each(['.', 'a. ', '. ', '"', '\n', ' ', 'a', '다.', '1.', '|\n', 'word\n'])(
    'takes a million characters of %j without losing one',
    (unit) => {
      const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
      const kept = splitSentences(text).reduce(
        (sum, { start, end }) => sum + text.slice(start, end).trim().length,
        0,
      );
      const spaces = text.length - text.replaceAll(/\s/gu, '').length;
      expect(kept).toBeGreaterThanOrEqual(text.length - spaces);
    },
  );
});
