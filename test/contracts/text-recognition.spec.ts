import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { ExtractedText } from '../../src/knowledge/domain/chunk.js';
import type { ProgressCounts } from '../../src/knowledge/domain/progress-counts.js';
import { ChildProcessTextExtractor } from '../../src/knowledge/infrastructure/extraction/child-process-text-extractor.js';
import { ExtractionConfig } from '../../src/platform/config/extraction.config.js';
import { aPhotograph, aScannedPdf, scansOf } from '../builders/scan-fixture.js';

const compiled = pathToFileURL('dist/knowledge/infrastructure/extraction/extraction-child.js');

interface Options {
  config?: Partial<ExtractionConfig>;
  onProgress?: (counts: ProgressCounts) => void;
  entry?: URL;
}

const read = (bytes: Buffer, options: Options = {}): Promise<ExtractedText> =>
  new ChildProcessTextExtractor(
    Object.assign(new ExtractionConfig(), { ocrLanguages: ['eng'] }, options.config),
    options.entry ?? compiled,
  ).extract(
    {
      mimeType: 'application/pdf',
      filename: 'scan.pdf',
      sizeBytes: bytes.length,
      open: async () => Readable.from([bytes]),
    },
    { onProgress: options.onProgress ?? (() => undefined), signal: new AbortController().signal },
  );

const contract = [
  'The contract between the two parties runs for a year from the day on which both have nego-',
  'tiated its terms, and is renewed unless one of them ends it in writing before the first of May.',
];

describe('recognition of scanned pages', () => {
  it('reads a scan with its pages, its paragraphs whole', async () => {
    const scans = await scansOf([contract, ['The deposit is 1,500 euros.']]);
    const { text, pages } = await read(aScannedPdf(scans));
    expect(text).toBe(
      'The contract between the two parties runs for a year from the day on which both have negotiated its terms, ' +
        'and is renewed unless one of them ends it in writing before the first of May.\n\nThe deposit is 1,500 euros.',
    );
    expect(pages).toEqual([
      { number: 1, start: 0 },
      { number: 2, start: text.indexOf('The deposit') },
    ]);
  });

  it('reads Korean, and joins words that a line end cuts', async () => {
    const scan = readFileSync('test/fixtures/scans/korean.pdf');
    const { text, headings } = await read(scan, { config: { ocrLanguages: ['kor', 'eng'] } });
    expect(text).toContain('재택근무에 관하여 필요한 사항을 정한다.');
    expect(text).toContain('노트북과 모니터를 빌려준다. 빌린 장비는 퇴직하는 날까지 돌려주어야 한다.');
    expect(headings).toMatchObject([{ level: 1, start: 0 }]);
  });

  it('recognises only the pages without text, and tells how far it is', async () => {
    const [scan] = await scansOf([['This one was scanned.']]);
    const done: number[] = [];
    const { text, pages } = await read(
      aScannedPdf(['The first page has text.', scan!, null, 'So has this.']),
      {
        onProgress: (counts) => done.push(counts.done),
      },
    );
    expect(text).toBe('The first page has text.\n\nThis one was scanned.\n\nSo has this.');
    expect(pages.map(({ number, start }) => [number, text.slice(start, start + 4)])).toEqual([
      [1, 'The '],
      [2, 'This'],
      [3, 'So h'],
      [4, 'So h'],
    ]);
    expect(done).toEqual([1, 2, 3, 4]);
  });

  it('reads two columns one after the other', async () => {
    const column = (side: string, x: number) =>
      Array.from({ length: 8 }, (_, at) => ({
        text: `${side} ${at} of a column of words`,
        x,
        y: 700 - at * 15,
      }));
    const scans = await scansOf([[...column('left', 60), ...column('right', 330)]]);
    const { text } = await read(aScannedPdf(scans));
    expect([...text.matchAll(/left|right/g)].map(([side]) => side)).toEqual([
      ...Array<string>(8).fill('left'),
      ...Array<string>(8).fill('right'),
    ]);
  });

  it('says which setting recognises scans while it is off', async () => {
    const scans = await scansOf([['A page that was scanned.']]);
    await expect(read(aScannedPdf(scans), { config: { ocrLanguages: [] } })).rejects.toMatchObject({
      code: 'knowledge.no-text-found',
      message: expect.stringContaining('OCR_LANGUAGES'),
      retryable: false,
    });
  });

  it('finds no text in photographs', async () => {
    await expect(read(aScannedPdf([aPhotograph(1_240, 1_754)]))).rejects.toMatchObject({
      code: 'knowledge.no-text-found',
      message: expect.not.stringContaining('OCR_LANGUAGES'),
    });
  });

  it('refuses more scanned pages than it may recognise; others do not count', async () => {
    const [scan] = await scansOf([['Scanned.']]);
    const config = { ocrMaxPages: 1 };
    await expect(read(aScannedPdf([scan!, 'Text.', scan!]), { config })).rejects.toMatchObject({
      code: 'knowledge.too-many-scanned-pages',
      kind: 'too-large',
      retryable: false,
    });
    const { text } = await read(aScannedPdf(['Text.', scan!, 'Text.', null]), { config });
    expect(text).toContain('Scanned.');
  });

  it('makes a picture of bounded size of a page of 350 by 500 m', async () => {
    const scans = await scansOf([['A very large page.']]);
    const { text } = await read(aScannedPdf(scans, { box: '[0 0 1000000 1415000]' }));
    expect(text).toBe('A very large page.');
  });

  it.each(['[0 0 1000000 1]', '[0 0 0 0]', '[0 0 3 3]'])('finds nothing on a page of %s', async (box) => {
    const [scan] = await scansOf([['Scanned.']]);
    await expect(read(aScannedPdf([scan!], { box }))).rejects.toMatchObject({
      code: expect.stringMatching(/no-text-found|document-damaged/),
    });
  });

  it('stays within its memory over many pages', async () => {
    const [scan] = await scansOf([contract]);
    const { pages } = await read(aScannedPdf(Array<typeof scan>(6).fill(scan) as (typeof scan & object)[]), {
      config: { maxMemoryMb: 320 },
    });
    expect(pages).toHaveLength(6);
  });
});

describe('the time that recognition may take', () => {
  const folder = mkdtempSync(join(tmpdir(), 'recognition-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('begins once, when the child says that it recognises', async () => {
    const entry = join(folder, 'endless.mjs');
    writeFileSync(entry, `setInterval(() => process.send({ type: 'recognising' }), 50);`);
    await expect(
      read(Buffer.from('x'), {
        entry: pathToFileURL(entry),
        config: { timeoutMs: 50_000, ocrTimeoutMs: 1_000 },
      }),
    ).rejects.toMatchObject({
      code: 'knowledge.extraction-too-slow',
      message: expect.stringContaining('1000 ms'),
      retryable: false,
    });
  });
});
