import { Readable } from 'node:stream';
import { ThreadedDocumentChunker } from '../src/knowledge/infrastructure/chunking/threaded-document-chunker.js';
import { ChildProcessTextExtractor } from '../src/knowledge/infrastructure/extraction/child-process-text-extractor.js';
import { PgvectorChunkIndex } from '../src/knowledge/infrastructure/pgvector-chunk-index.js';
import { ChunkingConfig } from '../src/platform/config/chunking.config.js';
import { ExtractionConfig } from '../src/platform/config/extraction.config.js';
import { createDataSource } from '../src/platform/database/data-source.js';
import { Database } from '../src/platform/database/database.js';
import { openDatabaseServer } from '../src/platform/database/open-database-server.js';
import { TransactionContext } from '../src/platform/database/transaction-context.js';
import { TypeormTransaction } from '../src/platform/database/typeorm-transaction.js';
import type { Embedder } from '../src/platform/models/embedder.port.js';
import { LexicalTokenizer } from '../src/platform/text/lexical-tokenizer.js';
import { TextWorkerPool } from '../src/platform/text/text-worker-pool.js';
import { SilentLogger } from '../test/fakes/silent-logger.js';
import type { SourceFile } from './ingest-files.js';
import { addDocument } from './retrieval-harness.js';
import { StageClock } from './stage-clock.js';

const batchSize = 64;

/** What each stage of the product takes, one after the other, in milliseconds a page. */
export async function stagesOf(
  files: SourceFile[],
  embedder: Embedder,
  databaseUrl: URL,
): Promise<Record<string, number>> {
  const limits = { timeoutMs: 30_000, connectTimeoutMs: 10_000 };
  const connection = await openDatabaseServer(databaseUrl.href, limits, new SilentLogger());
  const dataSource = await createDataSource(connection, 5).initialize();
  const context = new TransactionContext();
  const database = new Database(dataSource, context);
  const transaction = new TypeormTransaction(dataSource, context);
  const extractor = new ChildProcessTextExtractor(new ExtractionConfig());
  const chunker = new ThreadedDocumentChunker(new ChunkingConfig());
  const pool = new TextWorkerPool();
  const index = new PgvectorChunkIndex(database, transaction, new LexicalTokenizer(pool));
  const clock = new StageClock();
  const hooks = { onProgress: () => undefined, signal: new AbortController().signal };
  let pages = 0;
  for (const { name, bytes } of files) {
    const source = {
      mimeType: 'application/pdf',
      filename: name,
      sizeBytes: bytes.length,
      open: async () => Readable.from([bytes], { objectMode: false }),
    };
    const extracted = await clock.time('extract', () => extractor.extract(source, hooks));
    pages += extracted.pages.length;
    const chunks = await clock.time('chunk', () => chunker.chunk(extracted));
    const ref = await addDocument(database, embedder.model);
    for (let start = 0; start < chunks.length; start += batchSize) {
      const batch = chunks.slice(start, start + batchSize);
      const vectors = await clock.time('embed', () => embedder.embedPassages(batch.map(({ text }) => text)));
      const embedded = batch.map((chunk, position) => ({ ...chunk, embedding: vectors[position]! }));
      await clock.time('insert', () => index.write(ref, embedder.model, embedded));
    }
    await clock.time('index', () => transaction.run(() => index.publish(ref, null)));
  }
  await chunker.onApplicationShutdown();
  await pool.onApplicationShutdown();
  await dataSource.destroy();
  await connection.close();
  return Object.fromEntries(Object.entries(clock.spent).map(([stage, ms]) => [stage, ms / pages]));
}
