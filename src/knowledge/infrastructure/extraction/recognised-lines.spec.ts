import type { RecognisedLine } from './page-recogniser.js';
import { recognisedRows } from './recognised-lines.js';

/** Words of 100 by 40 pixels from where they are said to start; the line's gaps are single spaces unless `text` says. */
const aLine = (words: [string, number][], more: Partial<RecognisedLine> = {}): RecognisedLine => ({
  text: words.map(([text]) => text).join(' '),
  box: { x0: words[0]![1], y0: 400, x1: words.at(-1)![1] + 100, y1: 440 },
  confidence: 93,
  words: words.map(([text, x0]) => ({ text, box: { x0, y0: 400, x1: x0 + 100, y1: 440 } })),
  ...more,
});
const rows = (...lines: RecognisedLine[]) =>
  recognisedRows([{ number: 3, height: 3_000, pixelsPerPoint: 4, lines }]).get(3)!;

describe('recognisedRows', () => {
  it('places lines in points from the lower left corner', () => {
    const [[line] = []] = rows(
      aLine([
        ['One', 100],
        ['line', 220],
      ]),
    );
    expect(line).toEqual({ text: 'One line', page: 3, size: 12, left: 25, right: 80, top: 650 });
  });

  it('parts a line at gaps that are wide on the page and in its text', () => {
    const cells = rows(
      aLine(
        [
          ['Name', 100],
          ['Days', 600],
          ['off', 715],
        ],
        { text: 'Name      Days off' },
      ),
    );
    expect(cells[0]!.map(({ text, left, right }) => [text, left, right])).toEqual([
      ['Name', 25, 50],
      ['Days off', 150, 203.75],
    ]);
  });

  it('puts syllables together as the text of their line has them', () => {
    const line = aLine(
      [
        ['계', 100],
        ['약', 210],
        ['기간', 330],
      ],
      { text: '계약 기간' },
    );
    expect(rows(line)).toMatchObject([[{ text: '계약 기간' }]]);
  });

  it('keeps a line whole whose words are not in its text', () => {
    const [row] = rows(
      aLine(
        [
          ['Name', 100],
          ['Days', 600],
        ],
        { text: 'Nane      Days' },
      ),
    );
    expect(row).toMatchObject([{ text: 'Nane Days', left: 25, right: 175 }]);
  });

  it('leaves out what is hardly text', () => {
    expect(
      rows(
        aLine([
          ['~', 100],
          ['—', 220],
        ]),
        aLine([['ae', 100]], { confidence: 30 }),
      ),
    ).toEqual([]);
  });

  it('takes heights near the usual one for it, and keeps those of titles', () => {
    const high = (y1: number) => aLine([['word', 100]], { box: { x0: 100, y0: 400, x1: 200, y1 } });
    const sizes = rows(high(440), high(432), high(440), high(448), high(470)).map(([line]) => line!.size);
    expect(sizes).toEqual([12, 12, 12, 12, 21]);
  });
});
