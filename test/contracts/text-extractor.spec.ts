import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { deflateSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { ChildProcessTextExtractor } from '../../src/knowledge/infrastructure/extraction/child-process-text-extractor.js';
import type { ExtractedText } from '../../src/knowledge/domain/chunk.js';
import type { ProgressCounts } from '../../src/knowledge/domain/progress-counts.js';
import { ExtractionConfig } from '../../src/platform/config/extraction.config.js';
import { newId } from '../../src/shared/ids.js';
import { aPdf } from '../builders/pdf-fixture.js';
import { waitFor } from '../wait-for.js';

const compiled = pathToFileURL('dist/knowledge/infrastructure/extraction/extraction-child.js');

interface Options {
  mimeType?: string;
  config?: Partial<ExtractionConfig>;
  onProgress?: (counts: ProgressCounts) => void;
  signal?: AbortSignal;
  entry?: URL;
  open?: () => Promise<Readable>;
}

const extract = (bytes: Buffer, options: Options = {}): Promise<ExtractedText> => {
  const extractor = new ChildProcessTextExtractor(
    Object.assign(new ExtractionConfig(), options.config),
    options.entry ?? compiled,
  );
  return extractor.extract(
    {
      mimeType: options.mimeType ?? 'application/pdf',
      filename: 'file',
      sizeBytes: bytes.length,
      open: options.open ?? (async () => Readable.from([bytes])),
    },
    {
      onProgress: options.onProgress ?? (() => undefined),
      signal: options.signal ?? new AbortController().signal,
    },
  );
};

const folder = mkdtempSync(join(tmpdir(), 'extraction-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A PDF whose only page is so many spaces, packed a thousandfold. */
const aPackedPdf = (contentBytes: number): Buffer => {
  const packed = deflateSync(Buffer.alloc(contentBytes, ' '));
  const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>';
  return Buffer.concat([
    Buffer.from(
      `%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n` +
        `2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n3 0 obj\n${page}\nendobj\n` +
        `4 0 obj\n<< /Length ${packed.length} /Filter /FlateDecode >>\nstream\n`,
    ),
    packed,
    Buffer.from('\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n'),
  ]);
};

/** A child that does something else than reading: hang, die, tell what it sees. */
const writtenEntry = (script: string): URL => {
  const path = join(folder, `${newId()}.mjs`);
  writeFileSync(path, script);
  return pathToFileURL(path);
};

/** A child that never ends by itself, and whether its process is there. */
const endlessEntry = (): { entry: URL; isRunning: () => boolean; isGone: () => boolean } => {
  const pidFile = join(folder, `${newId()}.pid`);
  const entry = writtenEntry(
    `(await import('node:fs')).writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); for (;;);`,
  );
  const isRunning = (): boolean => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '';
  const isGone = (): boolean => {
    try {
      process.kill(Number(readFileSync(pidFile, 'utf8')), 0);
      return false;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ESRCH';
    }
  };
  return { entry, isRunning, isGone };
};

describe('ChildProcessTextExtractor', () => {
  it('reads a PDF in English and Korean with its pages and title', async () => {
    const heard: ProgressCounts[] = [];
    const extracted = await extract(
      aPdf({
        title: '계약서',
        pages: [['The contract runs for one year.'], ['계약 기간은 일 년으로 한다.'], ['It ends in May.']],
      }),
      { onProgress: (counts) => heard.push(counts) },
    );
    expect(extracted.title).toBe('계약서');
    expect(
      extracted.pages.map(({ number, start }) => [number, extracted.text.slice(start, start + 5)]),
    ).toEqual([
      [1, 'The c'],
      [2, '계약 기간'],
      [3, 'It en'],
    ]);
    expect(extracted.text).toContain('계약 기간은 일 년으로 한다.');
    expect(heard).toEqual([1, 2, 3].map((done) => ({ done, total: 3, unit: 'pages' })));
  });

  it.each(['UniKS-UCS2-H', 'UniKS-UTF16-H', 'KSCms-UHC-H', 'KSCms-UHC-HW-H', 'KSC-EUC-H'] as const)(
    'reads Korean whose font is not in the PDF, with codes in %s',
    async (koreanEncoding) => {
      const { text } = await extract(
        aPdf({ koreanEncoding, pages: [['제1조 계약 기간은 일 년으로 한다.', 'The term is one year.']] }),
      );
      expect(text).toContain('제1조 계약 기간은 일 년으로 한다.');
      expect(text).toContain('The term is one year.');
    },
  );

  it('makes a table of the aligned cells of a PDF', async () => {
    const rows = [
      ['Kind', 'Days', 'Remarks'],
      ['annual leave', '15', 'paid in full'],
      ['sick leave', '60', 'with a certificate'],
    ];
    const cells = rows.flatMap((row, at) =>
      row.map((text, column) => ({ text, x: [72, 200, 300][column]!, y: 700 - at * 14 })),
    );
    const { text } = await extract(aPdf({ pages: [cells] }));
    expect(text).toBe(
      '| Kind | Days | Remarks |\n| --- | --- | --- |\n| annual leave | 15 | paid in full |\n' +
        '| sick leave | 60 | with a certificate |',
    );
  });

  it('reads the columns of a PDF one after the other whose lines were written across both', async () => {
    const lines = Array.from({ length: 12 }, (_, at) => at).flatMap((at) =>
      ['left', 'right'].map((side, column) => ({
        text: `${side} ${at} of a column that is filled with words`,
        x: column === 0 ? 60 : 320,
        y: 740 - at * 13,
      })),
    );
    const { text } = await extract(aPdf({ pages: [lines] }));
    const order = [...text.matchAll(/left|right/g)].map(([side]) => side);
    expect(order).toEqual([...Array<string>(12).fill('left'), ...Array<string>(12).fill('right')]);
  });

  it('finds headings by their size', async () => {
    const body = Array.from({ length: 8 }, (_, at) => `Line ${at} of the body text of this small document.`);
    const { headings } = await extract(
      aPdf({ pages: [[{ text: 'Terms of Use', size: 22, y: 780 }, ...body]] }),
    );
    expect(headings).toEqual([{ level: 1, title: 'Terms of Use', start: 0 }]);
  });

  it('reads Markdown as it stands, with its headings', async () => {
    const text = '# 제목\n\n```\n# not one\n```\n\n## Second\n';
    const extracted = await extract(Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`), {
      mimeType: 'text/markdown',
    });
    expect(extracted.text).toBe(text);
    expect(extracted.title).toBe('제목');
    expect(extracted.headings.map(({ title }) => title)).toEqual(['제목', 'Second']);
  });

  it('reads plain text in CP949 and drops what cannot be stored', async () => {
    const extracted = await extract(iconv.encode('한글 문서이다.\0\r\n끝.', 'cp949'), {
      mimeType: 'text/plain',
    });
    expect(extracted).toEqual({ text: '한글 문서이다.\n끝.', pages: [], headings: [], title: null });
  });

  it.each<[string, Buffer]>([
    ['UTF-8', Buffer.from('한글 문서이다.')],
    ['UTF-8 with a byte order mark', Buffer.from('\uFEFF한글 문서이다.')],
    ['UTF-16 with a byte order mark', Buffer.from('\uFEFF한글 문서이다.', 'utf16le')],
  ])('reads plain text in %s', async (_, bytes) => {
    const extracted = await extract(bytes, { mimeType: 'text/plain' });
    expect(extracted.text).toBe('한글 문서이다.');
  });

  it('brings a long text over whole', async () => {
    const text = '가나다라 마바사. '.repeat(200_000);
    const extracted = await extract(Buffer.from(text), { mimeType: 'text/plain' });
    expect(extracted.text).toBe(text);
  });

  it.each<[string, Buffer, Options, string]>([
    ['a protected PDF', aPdf({ pages: [['secret']], encrypted: true }), {}, 'document-encrypted'],
    ['a PDF cut short', aPdf({ pages: [['text']] }).subarray(0, 60), {}, 'document-damaged'],
    ['a PDF without text', aPdf({ pages: [[], []] }), {}, 'no-text-found'],
    ['a text without words', Buffer.from(' \n--- \n'), { mimeType: 'text/plain' }, 'no-text-found'],
    ['too many pages', aPdf({ pages: [['a'], ['b'], ['c']] }), { config: { maxPages: 2 } }, 'too-many-pages'],
    [
      'too much text',
      Buffer.from('word '.repeat(500)),
      { mimeType: 'text/plain', config: { maxTextChars: 1_000 } },
      'text-too-long',
    ],
  ])('refuses %s for good', async (_, bytes, options, code) => {
    await expect(extract(bytes, options)).rejects.toMatchObject({
      code: `knowledge.${code}`,
      retryable: false,
    });
  });

  it('kills a child that uses more memory than it may', async () => {
    await expect(
      extract(Buffer.alloc(60_000_000, 'word '), { mimeType: 'text/plain', config: { maxMemoryMb: 64 } }),
    ).rejects.toMatchObject({ code: 'knowledge.extraction-out-of-memory', retryable: false });
  });

  it('counts the memory that a parser takes as WebAssembly', async () => {
    const bytes = aPackedPdf(300_000_000);
    expect(bytes.length).toBeLessThan(1_000_000);
    await expect(extract(bytes, { config: { maxMemoryMb: 256 } })).rejects.toMatchObject({
      code: 'knowledge.extraction-out-of-memory',
      retryable: false,
    });
    // the same file, when there is room
    await expect(extract(bytes, { config: { maxMemoryMb: 2_048 } })).rejects.toMatchObject({
      code: 'knowledge.no-text-found',
    });
  });

  it('ends a child that fills WebAssembly and never comes back', async () => {
    const watch = new URL('extraction-watch.js', compiled).href;
    const entry = writtenEntry(`
      import { Worker } from 'node:worker_threads';
      process.once('message', ({ maxRssBytes }) => {
        const workerData = { parentPid: process.ppid, maxRssBytes };
        new Worker(new URL(${JSON.stringify(watch)}), { workerData }).once('online', () => {
          const memory = new WebAssembly.Memory({ initial: 6_400 });
          new Uint8Array(memory.buffer).fill(1);
          for (;;);
        });
      });`);
    await expect(extract(Buffer.from('x'), { entry, config: { maxMemoryMb: 256 } })).rejects.toMatchObject({
      code: 'knowledge.extraction-out-of-memory',
      retryable: false,
    });
  });

  it('kills a child that takes longer than it may', async () => {
    const { entry, isGone } = endlessEntry();
    await expect(extract(Buffer.from('x'), { entry, config: { timeoutMs: 1_000 } })).rejects.toMatchObject({
      code: 'knowledge.extraction-too-slow',
      retryable: false,
    });
    await waitFor(isGone);
  });

  it('kills the child when the work is aborted, and throws the reason', async () => {
    const abort = new AbortController();
    const reason = new Error('deleted');
    const { entry, isRunning, isGone } = endlessEntry();
    const extraction = extract(Buffer.from('x'), { entry, signal: abort.signal });
    void waitFor(isRunning).then(() => abort.abort(reason));
    await expect(extraction).rejects.toBe(reason);
    await waitFor(isGone);
  });

  it('says that trying again may help when the child dies by itself', async () => {
    await expect(
      extract(Buffer.from('x'), { entry: writtenEntry('process.exit(3);') }),
    ).rejects.toMatchObject({
      code: 'knowledge.extractor-died',
      retryable: true,
    });
  });

  it('takes the answer of a child that does not end, and ends it', async () => {
    const answer = { type: 'done', extracted: { text: 'read', pages: [], headings: [], title: null } };
    const entry = writtenEntry(`
      process.on('message', () => {
        process.send(${JSON.stringify(answer)});
        setInterval(() => undefined, 1_000);
      });`);
    const { text } = await extract(Buffer.from('x'), { entry });
    expect(text).toBe('read');
  });

  it('passes on the error of the file that it reads from', async () => {
    const failure = new Error('the disk is gone');
    const open = async (): Promise<Readable> =>
      new Readable({
        read() {
          this.destroy(failure);
        },
      });
    await expect(extract(Buffer.from('x'), { mimeType: 'text/plain', open })).rejects.toBe(failure);
  });

  it('does not hand its environment to the parser', async () => {
    process.env['PROTOSTAR_SECRET'] = 'key';
    const script = `process.on('message', () => process.send({ type: 'done', extracted: { text: JSON.stringify(process.env), pages: [], headings: [], title: null } }, () => process.exit()));`;
    try {
      const { text } = await extract(Buffer.from('x'), { entry: writtenEntry(script) });
      expect(text).not.toContain('PROTOSTAR_SECRET');
    } finally {
      delete process.env['PROTOSTAR_SECRET'];
    }
  });
});
