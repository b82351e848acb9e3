import { composePdfText } from './pdf-layout.js';
import type { PdfLine } from './pdf-lines.js';
import { arrangePage } from './pdf-page.js';

const aFragment = (text: string, left: number, top: number, right = left + text.length * 5): PdfLine => ({
  text,
  page: 1,
  size: 10,
  left,
  right,
  top,
  endsInSpace: false,
});
const columnLine = (text: string, left: number, top: number): PdfLine =>
  aFragment(text, left, top, left + 240);
const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
const textsOf = (lines: PdfLine[]): string[] => lines.map(({ text }) => text);
const compose = (rows: PdfLine[][]): string =>
  composePdfText({ title: null, pageCount: 1, lines: arrangePage(rows) }).text;

describe('arrangePage', () => {
  it('reads two columns one after the other that were written straight across', () => {
    const rows = numbers(10).map((at) => [
      columnLine(`left ${at}`, 60, 700 - at * 12),
      columnLine(`right ${at}`, 310, 700 - at * 12),
    ]);
    const title = [aFragment('A title over both columns of the page', 60, 740, 550)];
    const footer = [aFragment('A note under both columns of the page', 60, 100, 550)];
    expect(textsOf(arrangePage([title, ...rows, footer]))).toEqual([
      title[0]!.text,
      ...numbers(10).map((at) => `left ${at}`),
      ...numbers(10).map((at) => `right ${at}`),
      footer[0]!.text,
    ]);
  });

  it('reads them so where their lines stand at different heights, too', () => {
    const rows = numbers(10).flatMap((at) => [
      [columnLine(`left ${at}`, 60, 700 - at * 12)],
      [columnLine(`right ${at}`, 310, 697 - at * 12)],
    ]);
    expect(textsOf(arrangePage(rows)).slice(9, 11)).toEqual(['left 9', 'right 0']);
  });

  it('finishes both columns above a line that crosses them before it goes on below', () => {
    const band = (name: string, from: number): PdfLine[][] =>
      numbers(6).map((at) => [
        columnLine(`${name} left ${at}`, 60, from - at * 12),
        columnLine(`${name} right ${at}`, 310, from - at * 12),
      ]);
    const across = [aFragment('Across', 60, 600, 550)];
    const texts = textsOf(arrangePage([...band('upper', 700), across, ...band('lower', 580)]));
    expect(texts.indexOf('Across')).toBe(12);
    expect([texts[0], texts[6], texts[13], texts[19]]).toEqual([
      'upper left 0',
      'upper right 0',
      'lower left 0',
      'lower right 0',
    ]);
  });

  it("keeps the file's own order where that reads column by column", () => {
    const left = numbers(8).map((at) => [columnLine(`left ${at}`, 60, 700 - at * 12)]);
    const right = numbers(8).map((at) => [columnLine(`right ${at}`, 310, 700 - at * 12)]);
    // a margin note that the file has last stays last
    const note = [columnLine('note', 60, 760)];
    expect(textsOf(arrangePage([...left, ...right, note]))).toEqual(
      textsOf([...left, ...right, note].flat()),
    );
  });

  it('makes a table of aligned cells, under centred headings and with empty cells', () => {
    const text = compose([
      [aFragment('Before the table.', 72, 720)],
      [aFragment('구분', 90, 700), aFragment('일수', 205, 700), aFragment('Remarks', 330, 700)],
      [aFragment('연차', 72, 686), aFragment('15', 200, 686), aFragment('paid in full', 300, 686)],
      [aFragment('병가', 72, 672), aFragment('with | certificate', 300, 672)],
      [aFragment('공가', 72, 658), aFragment('3', 202, 658), aFragment('for civic duties', 300, 658)],
      [aFragment('After the table.', 72, 620)],
    ]);
    expect(text).toBe(
      [
        'Before the table.',
        '',
        '| 구분 | 일수 | Remarks |',
        '| --- | --- | --- |',
        '| 연차 | 15 | paid in full |',
        '| 병가 |  | with \\| certificate |',
        '| 공가 | 3 | for civic duties |',
        '',
        'After the table.',
      ].join('\n'),
    );
  });

  it('makes none of a list whose numbers are set apart, nor of two rows', () => {
    const list = numbers(4).map((at) => [
      aFragment(`${at + 1}.`, 72, 700 - at * 13),
      aFragment(`item ${at + 1}`, 95, 700 - at * 13),
    ]);
    expect(compose(list)).toBe('1. item 1\n2. item 2\n3. item 3\n4. item 4');
    const pair = numbers(2).map((at) => [
      aFragment('Name', 72, 700 - at * 13),
      aFragment(`value ${at}`, 200, 700 - at * 13),
    ]);
    expect(compose(pair)).not.toContain('|');
  });

  it('puts fragments of a line that is no table together again', () => {
    expect(textsOf(arrangePage([[aFragment('Dear Sir,', 72, 700), aFragment('1 May', 400, 700)]]))).toEqual([
      'Dear Sir, 1 May',
    ]);
  });
});
