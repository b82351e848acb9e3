import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { ExtractedText } from '../../src/knowledge/domain/chunk.js';
import { ChildProcessTextExtractor } from '../../src/knowledge/infrastructure/extraction/child-process-text-extractor.js';
import { ContentTypeDetector } from '../../src/knowledge/infrastructure/extraction/content-type-detector.js';
import { ExtractionConfig } from '../../src/platform/config/extraction.config.js';
import { aZip } from '../builders/archive-fixture.js';
import { anOdfFile, anOfficeFile, aDocx, wordParagraph } from '../builders/office-fixture.js';
import { aPdf } from '../builders/pdf-fixture.js';

const compiled = pathToFileURL('dist/knowledge/infrastructure/extraction/extraction-child.js');

/** As an upload goes: its type by its first bytes, then its text in the child, within the default limits. */
const extract = async (
  bytes: Buffer,
  filename: string,
  limits: Partial<ExtractionConfig> = {},
): Promise<ExtractedText> => {
  const config = Object.assign(new ExtractionConfig(), limits);
  const mimeType = await new ContentTypeDetector().detect(bytes.subarray(0, 65_536), filename, null);
  return new ChildProcessTextExtractor(config, compiled).extract(
    { mimeType, filename, sizeBytes: bytes.length, open: async () => Readable.from([bytes]) },
    { onProgress: () => undefined, signal: new AbortController().signal },
  );
};
const fixture = (name: string): Promise<ExtractedText> =>
  extract(readFileSync(`test/fixtures/office/${name}`), name);
const places = ({ text, headings }: ExtractedText): string[] =>
  headings.map(({ level, title, start }) => `${level} ${text.slice(start, start + title.length)}`);

const leave = `휴가 규정

연차 휴가는 15일이며, 사용하지 않은 날은 다음 해 3월까지 옮길 수 있다.

How to ask for leave

Tell your manager two weeks before. The office answers within three working days.

1. Fill in the form
2. Send it to leave@example.org

경조사 휴가

| 구분 | 일수 | Documents |
| --- | --- | --- |
| 결혼 | 5 | 청첩장 |
| 결혼 | 1 | for a sibling |
| 출산 | 10 | 증명서 |

- 주말은 세지 않는다
- Half days count as half`;

const stock = `재고 Stock

문구 재고표

| 분류 | Item | 가격 | 입고일 | Share |
| --- | --- | --- | --- | --- |
| 필기구 | Pencil \\| HB | 1,500원 | 2024년 3월 5일 | 12.5% |
| 필기구 | 볼펜 | 2,000원 | 2024년 4월 10일 | 87.5% |

Notes

창고는 2층에 있다.`;

const talk = `3분기 실적

- 매출이 12% 늘었다
  - Exports grew most

Thank the team in Busan.

By region

| 지역 | 억 원 |
| --- | --- |
| 부산 | 120 |`;

describe('office files as LibreOffice writes them', () => {
  it.each(['leave.docx', 'leave.odt', 'leave.rtf'])('%s', async (name) => {
    const extracted = await fixture(name);
    expect(extracted.text).toBe(leave);
    expect(places(extracted)).toEqual(['1 휴가 규정', '2 How to ask for leave', '2 경조사 휴가']);
    expect([extracted.title, extracted.pages]).toEqual(['휴가 안내 Leave guide', []]);
  });

  it.each(['stock.xlsx', 'stock.ods'])('%s: what is hidden is left out', async (name) => {
    const extracted = await fixture(name);
    expect(extracted.text).toBe(stock);
    expect(places(extracted)).toEqual(['1 재고 Stock', '1 Notes']);
    expect(extracted.pages).toEqual([
      { number: 1, start: 0 },
      { number: 3, start: stock.indexOf('Notes') },
    ]);
  });

  it.each(['talk.pptx', 'talk.odp'])('%s', async (name) => {
    const extracted = await fixture(name);
    expect(extracted.text).toBe(talk);
    expect(places(extracted)).toEqual(['1 3분기 실적', '1 By region']);
    expect(extracted.pages).toEqual([
      { number: 1, start: 0 },
      { number: 2, start: talk.indexOf('By region') },
    ]);
  });
});

describe('what the default memory is enough for', () => {
  it('a sheet of 50,000 rows and 10 columns', async () => {
    const cells = (row: number): string =>
      Array.from({ length: 10 }, (_, at) =>
        at % 2 === 0
          ? `<c r="${String.fromCharCode(65 + at)}${row}" t="inlineStr"><is><t>값 ${row} of ${at}</t></is></c>`
          : `<c r="${String.fromCharCode(65 + at)}${row}"><v>${row * at}</v></c>`,
      ).join('');
    const rows = Array.from({ length: 50_000 }, (_, at) => `<row r="${at + 1}">${cells(at + 1)}</row>`);
    const bytes = anOfficeFile(
      'xl/workbook.xml',
      {
        'xl/workbook.xml': '<workbook><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rows.join('')}</sheetData></worksheet>`,
      },
      [['rId1', 'worksheet', 'worksheets/sheet1.xml']],
    );
    const { text } = await extract(bytes, 'a.xlsx');
    expect(text.split('\n')).toHaveLength(2 + 50_000 + 1);
    expect(text).toContain('| 값 50000 of 0 | 50000 | 값 50000 of 2 |');
  });

  it('a PDF of 400 pages', async () => {
    const line =
      'The provision applies to everyone who works here, all year round, whatever the season may be.';
    const page = Array.from({ length: 45 }, (_, at) => `${at} ${line}`);
    const { pages } = await extract(aPdf({ pages: Array.from({ length: 400 }, () => page) }), 'a.pdf');
    expect(pages).toHaveLength(400);
  });
});

describe('office files that do harm, or are something else', () => {
  const bomb = Buffer.concat([Buffer.from('<a>'), Buffer.alloc(300_000_000, ' ')]);
  const main = 'word/document.xml';

  it.each<[string, () => Buffer, string, Partial<ExtractionConfig>, string]>([
    ['a bomb', () => anOfficeFile(main, { [main]: bomb }), 'a.docx', {}, 'compression-ratio-too-high'],
    [
      'too large an archive',
      () => anOfficeFile(main, { [main]: bomb }),
      'a.docx',
      { maxArchiveMb: 1 },
      'archive-too-large',
    ],
    [
      'too many entries',
      () =>
        aZip([['word/x', ''], ...Array.from({ length: 20 }, (_, at): [string, string] => [`e${at}`, ''])]),
      'a.docx',
      { maxArchiveEntries: 20 },
      'too-many-entries',
    ],
    [
      'entities of entities',
      () => anOfficeFile(main, { [main]: '<!DOCTYPE d [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><d>&b;</d>' }),
      'a.docx',
      {},
      'document-damaged',
    ],
    ['any archive', () => aZip([['readme.txt', 'text']]), 'a.pptx', {}, 'type-mismatch'],
    [
      'a document cut short',
      () => aDocx({ body: wordParagraph('text') }).subarray(0, -40),
      'a.docx',
      {},
      'document-damaged',
    ],
    [
      'a text without text',
      () => anOdfFile({ kind: 'text', body: '<text:p/>' }),
      'a.odt',
      {},
      'no-text-found',
    ],
  ])('refuses %s with a code', async (_, make, name, limits, code) => {
    await expect(extract(make(), name, limits)).rejects.toMatchObject({
      code: `knowledge.${code}`,
      retryable: false,
    });
  });

  it('names the limit in the refusal', async () => {
    await expect(extract(anOfficeFile(main, { [main]: bomb }), 'a.docx')).rejects.toThrow(
      /200 times its size/,
    );
  });
});
