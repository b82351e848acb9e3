import { randomBytes } from 'node:crypto';
import { PostgresVectorIndexes } from '../src/knowledge/infrastructure/postgres-vector-indexes.js';
import { createDataSource } from '../src/platform/database/data-source.js';
import { Database } from '../src/platform/database/database.js';
import { migrateServer } from '../src/platform/database/migrate-server.js';
import { openDatabaseServer } from '../src/platform/database/open-database-server.js';
import { TransactionContext } from '../src/platform/database/transaction-context.js';
import { TypeormTransaction } from '../src/platform/database/typeorm-transaction.js';
import type { Embedder } from '../src/platform/models/embedder.port.js';
import { LexicalTokenizer } from '../src/platform/text/lexical-tokenizer.js';
import { TextWorkerPool } from '../src/platform/text/text-worker-pool.js';
import { SilentLogger } from '../test/fakes/silent-logger.js';
import { onServer } from '../test/on-server.js';
import { indexTexts, InventedTexts } from './search-corpus.js';

const chunksPerDocument = 500;

/**
 * A database to start from, with chunks of other documents in the product's tables and the very same texts and vectors
 * in `langchain_chunk`; the HNSW indexes of both are built once they are in. Copied for each run.
 */
export class StartingStore {
  private constructor(
    private readonly server: URL,
    private readonly name: string,
  ) {}

  static async filledWith(chunks: number, embedder: Embedder): Promise<StartingStore> {
    const server = new URL(process.env.DATABASE_URL!);
    const store = new StartingStore(server, `bench-${randomBytes(5).toString('hex')}`);
    await onServer(server, `CREATE DATABASE "${store.name}"`);
    await store.fill(chunks, embedder);
    return store;
  }

  /** In place of a database of that name, if there is one. */
  async copyTo(url: URL): Promise<void> {
    const name = url.pathname.slice(1);
    await onServer(this.server, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    await onServer(this.server, `CREATE DATABASE "${name}" TEMPLATE "${this.name}"`);
  }

  /** A copy of its own, until `work` is done. */
  async withCopy<T>(work: (url: URL) => Promise<T>): Promise<T> {
    const url = this.urlOf(`bench-${randomBytes(5).toString('hex')}`);
    await this.copyTo(url);
    try {
      return await work(url);
    } finally {
      await onServer(this.server, `DROP DATABASE "${url.pathname.slice(1)}" WITH (FORCE)`);
    }
  }

  async remove(): Promise<void> {
    await onServer(this.server, `DROP DATABASE "${this.name}" WITH (FORCE)`);
  }

  private urlOf(name: string): URL {
    const url = new URL(this.server);
    url.pathname = `/${name}`;
    return url;
  }

  private async fill(chunks: number, embedder: Embedder): Promise<void> {
    const limits = { timeoutMs: 600_000, connectTimeoutMs: 10_000 };
    const connection = await openDatabaseServer(this.urlOf(this.name).href, limits, new SilentLogger());
    await migrateServer(connection);
    const dataSource = await createDataSource(connection, 5).initialize();
    const context = new TransactionContext();
    const database = new Database(dataSource, context);
    const workers = new TextWorkerPool();
    const opened = { database, transaction: new TypeormTransaction(dataSource, context) };
    const tokenizer = new LexicalTokenizer(workers);
    if (chunks > 0)
      await indexTexts({ opened, tokenizer, embedder }, new InventedTexts(), { chunks, chunksPerDocument });
    await database.execute('UPDATE collection SET embedding_model = $1', [embedder.model]);
    const { model, dimensions } = embedder;
    const settings = { vectorIndexRows: 10_000, vectorIndexMemoryMb: 256 };
    const indexes = new PostgresVectorIndexes(connection, database, settings, new SilentLogger());
    await indexes.keep({ model, dimensions }, new AbortController().signal);
    await database.execute(`
      CREATE TABLE langchain_chunk (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(), text text, metadata jsonb,
        embedding vector(${embedder.dimensions}))`);
    await database.execute(`
      INSERT INTO langchain_chunk (text, metadata, embedding)
      SELECT chunk.text, '{}', embedding::vector
      FROM chunk JOIN chunk_embedding ON chunk_embedding.chunk_id = chunk.id`);
    await database.execute('CREATE INDEX ON langchain_chunk USING hnsw (embedding vector_cosine_ops)');
    await database.execute('VACUUM ANALYZE');
    await workers.onApplicationShutdown();
    await dataSource.destroy();
    await connection.close();
  }
}
