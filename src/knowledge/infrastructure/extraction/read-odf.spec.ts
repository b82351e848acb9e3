import { anExtractionRequest } from '../../../../test/builders/an-extraction-request.js';
import { anOdfFile, type OdfFixture } from '../../../../test/builders/office-fixture.js';
import { readOdp, readOds, readOdt } from './read-odf.js';

const readers = { text: readOdt, presentation: readOdp, spreadsheet: readOds };
const read = (fixture: OdfFixture, limits = {}) =>
  readers[fixture.kind](
    anOdfFile(fixture),
    anExtractionRequest({ mimeType: `application/vnd.oasis.opendocument.${fixture.kind}`, ...limits }),
    () => undefined,
  );
const p = (text: string): string => `<text:p>${text}</text:p>`;
const h = (level: number, text: string): string => `<text:h text:outline-level="${level}">${text}</text:h>`;
const cell = (text: string, attributes = ''): string =>
  `<table:table-cell ${attributes}>${p(text)}</table:table-cell>`;
const row = (...cells: string[]): string => `<table:table-row>${cells.join('')}</table:table-row>`;

describe('readOdt', () => {
  it('keeps headings with exact offsets and numbers, lists, spaces, notes and tables', async () => {
    const { text, headings, title } = await read({
      kind: 'text',
      title: '안내서',
      styles:
        '<text:outline-style><text:outline-level-style text:level="1" style:num-format="1" style:num-suffix="."/><text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>',
      automaticStyles:
        '<style:style style:name="P1" style:parent-style-name="Heading_20_3"/><text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="가, 나, 다, ..." style:num-suffix=")"/><text:list-level-style-bullet text:level="2"/></text:list-style>',
      body: [
        '<text:tracked-changes><text:deletion><text:p>gone</text:p></text:deletion></text:tracked-changes>',
        h(1, '처음'),
        p(
          'a<text:s text:c="2"/>b<text:tab/>c<text:line-break/>d\n   e<office:annotation><text:p>comment</text:p></office:annotation>',
        ),
        h(2, 'Second'),
        h(2, 'Third'),
        '<text:p text:style-name="P1">Looks like one</text:p>',
        `<text:list text:style-name="L1"><text:list-item>${p('하나')}<text:list><text:list-item>${p('inner')}</text:list-item></text:list></text:list-item><text:list-item>${p('둘')}${p('more of it')}</text:list-item></text:list>`,
        p(
          'Noted<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>The note.</text:p></text:note-body></text:note> here.',
        ),
        `<table:table><table:table-header-rows>${row(cell('x'), cell('y', 'table:number-columns-spanned="2"'), '<table:covered-table-cell/>')}</table:table-header-rows>${row(cell('v', 'table:number-rows-spanned="2"'), cell('1'), cell('2'))}${row('<table:covered-table-cell/>', cell('3'), cell('4'))}</table:table>`,
      ].join(''),
    });
    expect(text).toBe(
      [
        '1. 처음',
        'a  b\tc\nd e',
        '1.1 Second',
        '1.2 Third',
        'Looks like one',
        '가) 하나\n  - inner\n나) 둘',
        'more of it',
        'Noted(1) here.',
        '(1) The note.',
        '| x | y |  |\n| --- | --- | --- |\n| v | 1 | 2 |\n| v | 3 | 4 |',
      ].join('\n\n'),
    );
    expect(headings).toEqual(
      ['1. 처음', '1.1 Second', '1.2 Third', 'Looks like one'].map((heading, at) => ({
        level: [1, 2, 2, 3][at],
        title: heading,
        start: text.indexOf(heading),
      })),
    );
    expect(title).toBe('안내서');
  });

  it('knows the files that are something else, or protected', async () => {
    const other = 'application/vnd.oasis.opendocument.spreadsheet';
    await expect(read({ kind: 'text', body: '', mimeType: other })).rejects.toMatchObject({
      fault: 'type-mismatch',
    });
    await expect(
      readOdt(
        anOdfFile({ kind: 'spreadsheet', body: '', mimeType: 'application/vnd.oasis.opendocument.text' }),
        anExtractionRequest({ mimeType: 'application/vnd.oasis.opendocument.text' }),
        () => undefined,
      ),
    ).rejects.toMatchObject({ fault: 'type-mismatch' });
    await expect(
      read({ kind: 'text', body: p('x'), manifest: '<manifest><encryption-data/></manifest>' }),
    ).rejects.toMatchObject({ fault: 'document-encrypted' });
  });
});

describe('readOdp', () => {
  it('has a page for each slide, its title as heading, and the notes', async () => {
    const frame = (kind: string, content: string): string =>
      `<draw:frame presentation:class="${kind}"><draw:text-box>${content}</draw:text-box></draw:frame>`;
    const { text, pages, headings } = await read({
      kind: 'presentation',
      automaticStyles:
        '<style:style style:name="dp2"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>',
      body: [
        `<draw:page draw:name="page1">${frame('title', p('실적 보고'))}${frame('outline', `<text:list><text:list-item>${p('매출')}</text:list-item></text:list>`)}${frame('footer', p('footer'))}<presentation:notes>${frame('notes', p('Say this.'))}</presentation:notes></draw:page>`,
        `<draw:page draw:style-name="dp2">${frame('title', p('hidden'))}</draw:page>`,
        `<draw:page>${frame('subtitle', p('Third'))}</draw:page>`,
      ].join(''),
    });
    expect(text).toBe('실적 보고\n\n- 매출\n\nSay this.\n\nThird');
    expect(pages).toEqual([
      { number: 1, start: 0 },
      { number: 3, start: text.indexOf('Third') },
    ]);
    expect(headings).toEqual([{ level: 1, title: '실적 보고', start: 0 }]);
  });

  it('has no more slides than it may', async () => {
    await expect(
      read({ kind: 'presentation', body: '<draw:page/>'.repeat(4) }, { maxPages: 3 }),
    ).rejects.toMatchObject({ fault: 'too-many-pages' });
  });
});

describe('readOds', () => {
  it('has a page for each sheet, values as shown, and leaves out what is hidden', async () => {
    const value = (text: string, attributes = ''): string =>
      cell(text, `office:value-type="float" ${attributes}`);
    const { text, pages, headings } = await read({
      kind: 'spreadsheet',
      automaticStyles:
        '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>',
      body: [
        '<table:table table:name="요금"><table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/><table:table-column/>',
        row(cell('요금표')),
        '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>',
        row(cell('품목'), cell('값'), cell('secret'), cell('비고')),
        row(cell('연필', 'table:number-rows-spanned="2"'), value('1,500원'), value('1'), cell('a')),
        row('<table:covered-table-cell/>', value('2,000원'), value('2'), cell('b')),
        `<table:table-row table:visibility="filter">${cell('filtered')}</table:table-row>`,
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>',
        '</table:table>',
        `<table:table table:name="hidden" table:style-name="ta2">${row(cell('hidden'))}</table:table>`,
        `<table:table table:name="Last">${row(cell('x'))}</table:table>`,
      ].join(''),
    });
    expect(text).toBe(
      '요금\n\n요금표\n\n| 품목 | 값 |  | 비고 |\n| --- | --- | --- | --- |\n| 연필 | 1,500원 |  | a |\n| 연필 | 2,000원 |  | b |\n\nLast\n\nx',
    );
    expect(pages).toEqual([
      { number: 1, start: 0 },
      { number: 3, start: text.indexOf('Last') },
    ]);
    expect(headings.map(({ title }) => title)).toEqual(['요금', 'Last']);
  });

  it('has no more cells than it may, repeated ones counted', async () => {
    const body = `<table:table table:name="t"><table:table-row table:number-rows-repeated="1000000">${cell('x', 'table:number-columns-repeated="16384"')}</table:table-row></table:table>`;
    await expect(read({ kind: 'spreadsheet', body }, { maxCells: 5_000 })).rejects.toMatchObject({
      fault: 'too-many-cells',
    });
  });
});
