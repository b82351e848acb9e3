import { anExtractionRequest } from '../../../../test/builders/an-extraction-request.js';
import { anOfficeFile, type Relations } from '../../../../test/builders/office-fixture.js';
import type { ProgressCounts } from '../../domain/progress-counts.js';
import { readXlsx } from './read-xlsx.js';

const text = (reference: string, value: string): string =>
  `<c r="${reference}" t="inlineStr"><is><t>${value}</t></is></c>`;
const number = (reference: string, value: number, style = 0): string =>
  `<c r="${reference}" s="${style}"><f>A1+1</f><v>${value}</v></c>`;
const row = (at: number, cells: string, attributes = ''): string =>
  `<row r="${at}" ${attributes}>${cells}</row>`;

interface SheetFixture {
  name: string;
  rows: string;
  state?: string;
  before?: string;
  after?: string;
}

const aWorkbook = (sheets: SheetFixture[], { styles = '', strings = '', date1904 = 0 } = {}): Buffer =>
  anOfficeFile(
    'xl/workbook.xml',
    {
      'xl/workbook.xml': `<workbook><workbookPr date1904="${date1904}"/><sheets>${sheets
        .map(
          ({ name, state }, at) =>
            `<sheet name="${name}" sheetId="${at + 7}" ${state ? `state="${state}"` : ''} r:id="rId${at + 1}"/>`,
        )
        .join('')}</sheets></workbook>`,
      'xl/styles.xml': `<styleSheet>${styles}</styleSheet>`,
      'xl/sharedStrings.xml': `<sst>${strings}</sst>`,
      ...Object.fromEntries(
        sheets.map(({ rows, before = '', after = '' }, at) => [
          `xl/worksheets/sheet${at + 1}.xml`,
          `<worksheet>${before}<sheetData>${rows}</sheetData>${after}</worksheet>`,
        ]),
      ),
    },
    [
      ...sheets.map((_, at): Relations[number] => [
        `rId${at + 1}`,
        'worksheet',
        `worksheets/sheet${at + 1}.xml`,
      ]),
      ['rId100', 'styles', 'styles.xml'],
      ['rId101', 'sharedStrings', '/xl/sharedStrings.xml'],
    ],
  );
const read = (bytes: Buffer, limits = {}, onProgress = (_counts: ProgressCounts): void => undefined) =>
  readXlsx(bytes, anExtractionRequest(limits), onProgress);
const tableOf = async (rows: string, extra: Partial<SheetFixture> = {}, parts = {}): Promise<string> =>
  (await read(aWorkbook([{ name: 'S', rows, ...extra }], parts))).text.replace(/^S\n\n/, '');

describe('readXlsx', () => {
  it('has a page for each sheet that is shown, its name as heading, and values as their formats show them', async () => {
    const styles = `<numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;년&quot; m&quot;월&quot; d&quot;일&quot;"/><numFmt numFmtId="165" formatCode="#,##0&quot;원&quot;"/><numFmt numFmtId="166" formatCode="[[[broken"/></numFmts>
      <cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>
      <cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="14"/><xf numFmtId="10"/><xf numFmtId="166"/><xf numFmtId="22"/></cellXfs>`;
    const strings = '<si><t>품목</t></si><si><r><t>가</t></r><r><t>격</t></r><rPh><t>reading</t></rPh></si>';
    const bytes = aWorkbook(
      [
        {
          name: '요금',
          rows:
            row(
              1,
              '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="str"><f>X()</f><v>when</v></c>',
            ) +
            row(2, `${text('A2', '연필')}${number('B2', 1500, 2)}${number('C2', 45356, 1)}`) +
            row(3, `<c r="A3" t="b"><v>1</v></c>${number('B3', 0.1 + 0.2)}${number('C3', 45356, 3)}`) +
            row(4, `<c r="A4" t="e"><v>#N/A</v></c>${number('B4', 0.1234, 4)}${number('C4', 45356.5, 6)}`) +
            row(5, `${text('A5', 'x')}${number('B5', 7, 5)}`),
        },
        { name: 'secret', state: 'hidden', rows: row(1, text('A1', 'secret')) },
        { name: 'very', state: 'veryHidden', rows: row(1, text('A1', 'secret')) },
        { name: 'Last', rows: row(1, text('A1', 'only')) },
      ],
      { styles, strings },
    );
    const heard: ProgressCounts[] = [];
    const { text: read_, pages, headings, title } = await read(bytes, {}, (counts) => heard.push(counts));
    expect(read_).toBe(
      '요금\n\n| 품목 | 가격 | when |\n| --- | --- | --- |\n| 연필 | 1,500원 | 2024년 3월 5일 |\n| TRUE | 0.3 | 2024-03-05 |\n| #N/A | 12.34% | 2024-03-05 12:00 |\n| x | 7 |  |\n\nLast\n\nonly',
    );
    expect(pages).toEqual([
      { number: 1, start: 0 },
      { number: 4, start: read_.indexOf('Last') },
    ]);
    expect(headings.map((heading) => read_.slice(heading.start).startsWith(heading.title))).toEqual([
      true,
      true,
    ]);
    expect(title).toBeNull();
    expect(heard).toEqual([1, 2].map((done) => ({ done, total: 2, unit: 'sheets' })));
  });

  it("counts the Macintosh's years from 1904", async () => {
    const styles = '<cellXfs><xf numFmtId="14"/></cellXfs>';
    expect(await tableOf(row(1, number('A1', 43894)), {}, { styles, date1904: 1 })).toBe('2024-03-05');
  });

  it('cuts tables at empty rows, unless more of the same follows; lines of one cell before are text', async () => {
    const rows =
      row(2, text('B2', '2024 요금표')) +
      row(4, text('B4', '이름') + text('C4', '값')) +
      row(5, text('B5', 'a') + number('C5', 1)) +
      row(6, '<c r="B6"/>') +
      row(7, text('B7', 'b') + number('C7', 2)) +
      row(9, text('B9', 'other') + text('C9', 'table') + text('D9', 'here')) +
      row(10, text('B10', 'x') + text('C10', 'y'));
    expect(await tableOf(rows)).toBe(
      '2024 요금표\n\n| 이름 | 값 |\n| --- | --- |\n| a | 1 |\n| b | 2 |\n\n| other | table | here |\n| --- | --- | --- |\n| x | y |  |',
    );
  });

  it('fills merged cells downwards, and leaves out hidden rows and columns', async () => {
    const rows =
      row(1, text('A1', '부서') + text('B1', 'x') + text('C1', '이름')) +
      row(2, text('A2', '총무') + text('B2', 'x') + text('C2', '김')) +
      row(3, text('C3', '이'), 'hidden="1"') +
      row(4, text('C4', '박') + text('D4', 'more')) +
      row(5, text('A5', '영업') + text('C5', '최'));
    expect(
      await tableOf(rows, {
        before: '<cols><col min="2" max="2" hidden="1"/></cols>',
        after: '<mergeCells count="2"><mergeCell ref="A2:A4"/><mergeCell ref="A1:B1"/></mergeCells>',
      }),
    ).toBe(
      '| 부서 |  | 이름 |  |\n| --- | --- | --- | --- |\n| 총무 |  | 김 |  |\n| 총무 |  | 박 | more |\n| 영업 |  | 최 |  |',
    );
  });

  it('keeps far cells apart without writing what lies between', async () => {
    const rows = row(1, text('A1', 'a') + text('XFD1', 'z')) + row(2, text('A2', 'b') + text('XFD2', 'y'));
    expect(await tableOf(rows)).toBe('| a | z |\n| --- | --- |\n| b | y |');
  });

  it('has no more sheets and cells than it may', async () => {
    const sheets = ['a', 'b', 'c'].map((name) => ({ name, rows: row(1, text('A1', 'x') + text('B1', 'y')) }));
    await expect(read(aWorkbook(sheets), { maxPages: 2 })).rejects.toMatchObject({ fault: 'too-many-pages' });
    await expect(read(aWorkbook(sheets), { maxCells: 5 })).rejects.toMatchObject({ fault: 'too-many-cells' });
    expect((await read(aWorkbook(sheets), { maxCells: 6 })).pages).toHaveLength(3);
  });
});
