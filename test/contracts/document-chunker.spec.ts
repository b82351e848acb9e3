import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import type { Chunk, ExtractedText } from '../../src/knowledge/domain/chunk.js';
import { markdownHeadings } from '../../src/knowledge/domain/headings.js';
import { ThreadedDocumentChunker } from '../../src/knowledge/infrastructure/chunking/threaded-document-chunker.js';
import { ChunkingConfig } from '../../src/platform/config/chunking.config.js';
import { O200kTokenCounter } from '../../src/platform/models/o200k-token-counter.js';

const compiled = pathToFileURL('dist/knowledge/infrastructure/chunking/chunking-worker.js');

const page = (index: number): string =>
  `## 제${index}조\n\n이 계약은 ${index}년 동안 효력이 있다. The parties agree on clause ${index}. ` +
  `${'당사자는 서로 성실하게 협력한다. '.repeat(40)}\n\n`;
const text = Array.from({ length: 60 }, (_, index) => page(index)).join('');
const extracted = { text, pages: [], headings: markdownHeadings(text), title: null };

describe.each([
  ['in a thread', () => new ThreadedDocumentChunker(new ChunkingConfig(), compiled)],
  ['in process', () => new ThreadedDocumentChunker(new ChunkingConfig())],
])('ThreadedDocumentChunker %s', (_, open) => {
  const chunker = open();
  afterAll(() => chunker.onApplicationShutdown());

  it('cuts a document into exact slices by the tokens that the model counts', async () => {
    const chunks = await chunker.chunk(extracted);
    const counter = new O200kTokenCounter();
    expect(chunks.length).toBeGreaterThan(20);
    for (const chunk of chunks) {
      expect(chunk.text).toBe(text.slice(chunk.charStart, chunk.charEnd));
      expect(chunk.tokenCount).toBe(counter.count(chunk.text));
      expect(chunk.tokenCount).toBeLessThanOrEqual(new ChunkingConfig().maxTokens);
      expect(chunk.text).toMatch(/^(##|이 계약|The|당사자)/);
    }
    expect(chunks.at(-1)!.headings).toEqual(['제59조']);
  });

  it('throws the reason of a signal that is aborted', async () => {
    const reason = new Error('deleted');
    await expect(chunker.chunk(extracted, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('ThreadedDocumentChunker', () => {
  it('leaves the event loop free', async () => {
    const chunker = new ThreadedDocumentChunker(new ChunkingConfig(), compiled);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await chunker.chunk({ text: text.repeat(4), pages: [], headings: [], title: null });
    clearInterval(timer);
    await chunker.onApplicationShutdown();
    // Work on this thread would let none through.
    expect(ticks).toBeGreaterThan(5);
  });
});

/** What holds for any text, by the tokens that the model counts. */
const expectChunksOf = (source: ExtractedText, chunks: Chunk[]): void => {
  const counter = new O200kTokenCounter();
  const { maxTokens } = new ChunkingConfig();
  let covered = 0;
  chunks.forEach((chunk, index) => {
    expect(chunk.ordinal).toBe(index);
    expect(chunk.text).toBe(source.text.slice(chunk.charStart, chunk.charEnd));
    expect(chunk.text.trim()).not.toBe('');
    expect(chunk.text).not.toMatch(/\p{Surrogate}/u);
    expect(chunk.tokenCount).toBe(counter.count(chunk.text));
    expect(chunk.tokenCount).toBeLessThanOrEqual(maxTokens);
    expect(chunk.charStart).toBeGreaterThan(chunks[index - 1]?.charStart ?? -1);
    expect(chunk.charEnd).toBeGreaterThan(covered);
    expect(source.text.slice(covered, Math.max(covered, chunk.charStart)).trim()).toBe('');
    expect(chunk.page).toBe(source.pages.findLast(({ start }) => start <= chunk.charStart)?.number ?? null);
    covered = chunk.charEnd;
  });
  expect(source.text.slice(covered).trim()).toBe('');
};

const aTable = (rows: string[]): string =>
  ['| 구분 | 값 \\| 단위 |', '| --- | --- |', ...rows.map((cell, row) => `| ${row} | ${cell} |`)].join('\n');

describe('chunks by o200k_base', () => {
  const chunker = new ThreadedDocumentChunker(new ChunkingConfig());
  afterAll(() => chunker.onApplicationShutdown());

  it('cover any text in order, as exact slices under the cap, none of them empty', async () => {
    const long = fc
      .constantFrom('ㅋ', 'x', '가', '😀', '1', '漢', '\u200b', '|')
      .map((unit) => unit.repeat(100_000));
    const prose = fc.constantFrom(
      '당사자는 서로 성실하게 협력한다. ',
      'The parties agree on this clause. ',
      '👩‍👩‍👧 emoji 😀! ',
      'עברית \u202e rtl ',
      '제1조(목적)\n',
      '\n\n',
      '- item\n',
    );
    const block = fc.oneof(
      fc.array(prose, { maxLength: 60 }).map((parts) => parts.join('')),
      fc.nat(60).map((rows) => `\n${aTable(Array.from({ length: rows }, () => '셀 값 value'))}\n`),
      fc.nat(80).map((lines) => `\n\`\`\`js\n${'  call(argument); // 주석\n\n'.repeat(lines)}\`\`\`\n`),
      fc.constantFrom('\n# Heading\n', '\n## 제목\n', '\n```\n', '\n~~~\n', '\n|---|\n'),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(block, { maxLength: 12 }),
        fc.option(long, { freq: 3 }),
        fc.array(fc.nat(5_000), { maxLength: 4 }),
        async (blocks, run, starts) => {
          const source = blocks.join('') + (run ?? '') + blocks.toReversed().join('');
          const pages = [0, ...starts.sort((a, b) => a - b)].map((start, index) => ({
            number: index + 1,
            start,
          }));
          const all = { text: source, pages, headings: markdownHeadings(source), title: null };
          expectChunksOf(all, await chunker.chunk(all));
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);

  it('repeat the header of a cut table as context, and never as text', async () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 60 }).map((raw) => raw.replace(/[|\s\\]/g, '_'));
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 150, maxLength: 400 }), async (cells) => {
        const table = aTable(cells);
        const header = table.split('\n').slice(0, 2).join('\n');
        const source = `# 표\n\n${table}\n\n끝.`;
        const all = { text: source, pages: [], headings: markdownHeadings(source), title: null };
        const chunks = await chunker.chunk(all);
        expectChunksOf(all, chunks);
        const continued = chunks.slice(1).filter(({ text: part }) => part.startsWith('| '));
        expect(continued.length).toBeGreaterThan(0);
        for (const { text: part, context } of continued) {
          expect(context).toBe(`표\n${header}`);
          expect(part).not.toContain(header);
        }
      }),
      { numRuns: 20 },
    );
  }, 120_000);
});
