import { pathToFileURL } from 'node:url';
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
