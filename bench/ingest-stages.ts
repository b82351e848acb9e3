import { Readable } from 'node:stream';
import { ChildProcessTextExtractor } from '../src/knowledge/infrastructure/extraction/child-process-text-extractor.js';
import { ThreadedDocumentChunker } from '../src/knowledge/infrastructure/chunking/threaded-document-chunker.js';
import { PgvectorChunkIndex } from '../src/knowledge/infrastructure/pgvector-chunk-index.js';
import { ChunkingConfig } from '../src/platform/config/chunking.config.js';
import { ExtractionConfig } from '../src/platform/config/extraction.config.js';
import { loadConfiguration } from '../src/platform/config/load-configuration.js';
import { ModelsConfig } from '../src/platform/config/models.config.js';
import { OpenAiEmbedder } from '../src/platform/models/openai-embedder.js';
import { LexicalTokenizer } from '../src/platform/text/lexical-tokenizer.js';
import { TextWorkerPool } from '../src/platform/text/text-worker-pool.js';
import { addDocument } from './retrieval-harness.js';
import { openTestDatabase } from '../test/integration/database.js';

const batchSize = 64;
const model = 'bench';

/** What each stage of the product takes, one after the other, in milliseconds a page. */
export async function stagesOf(
  files: { name: string; bytes: Buffer }[],
  embedderUrl: string,
): Promise<Record<string, number>> {
  const opened = await openTestDatabase(true);
  const extractor = new ChildProcessTextExtractor(new ExtractionConfig());
  const chunker = new ThreadedDocumentChunker(new ChunkingConfig());
  const pool = new TextWorkerPool();
  const index = new PgvectorChunkIndex(opened.database, opened.transaction, new LexicalTokenizer(pool));
  const config = loadConfiguration([ModelsConfig], {
    OPENAI_BASE_URL: embedderUrl,
    OPENAI_API_KEY: 'key',
    CHAT_MODEL: 'none',
    EMBEDDING_MODEL: model,
  }).get(ModelsConfig);
  const embedder = await OpenAiEmbedder.connect(model, config);
  const spent: Record<string, number> = {};
  const time = async <T>(stage: string, work: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const result = await work();
    spent[stage] = (spent[stage] ?? 0) + performance.now() - startedAt;
    return result;
  };
  const hooks = { onProgress: () => undefined, signal: new AbortController().signal };
  let pages = 0;
  for (const { name, bytes } of files) {
    const source = {
      mimeType: 'application/pdf',
      filename: name,
      sizeBytes: bytes.length,
      open: async () => Readable.from([bytes], { objectMode: false }),
    };
    const extracted = await time('extract', () => extractor.extract(source, hooks));
    pages += extracted.pages.length;
    const chunks = await time('chunk', () => chunker.chunk(extracted));
    const ref = await addDocument(opened.database, model);
    for (let start = 0; start < chunks.length; start += batchSize) {
      const batch = chunks.slice(start, start + batchSize);
      const vectors = await time('embed', () => embedder.embedPassages(batch.map(({ text }) => text)));
      const embedded = batch.map((chunk, position) => ({ ...chunk, embedding: vectors[position]! }));
      await time('insert', () => index.write(ref, model, embedded));
    }
    await time('index', () => opened.transaction.run(() => index.publish(ref, null)));
  }
  await chunker.onApplicationShutdown();
  await pool.onApplicationShutdown();
  await opened.close();
  return Object.fromEntries(Object.entries(spent).map(([stage, ms]) => [stage, ms / pages]));
}
