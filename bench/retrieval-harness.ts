import { LOCAL_OWNER_ID, type Caller } from '../src/shared/caller.js';
import { newId } from '../src/shared/ids.js';
import { SearchPassagesService } from '../src/knowledge/application/search-passages.service.js';
import { WordRarityService } from '../src/knowledge/application/word-rarity.service.js';
import type { VersionRef } from '../src/knowledge/application/chunk-index.port.js';
import { PgvectorChunkIndex } from '../src/knowledge/infrastructure/pgvector-chunk-index.js';
import { PgvectorPassageSearch } from '../src/knowledge/infrastructure/pgvector-passage-search.js';
import type { Database } from '../src/platform/database/database.js';
import { Embedder } from '../src/platform/models/embedder.port.js';
import type { Tokenizer } from '../src/platform/text/tokenizer.port.js';
import { openTestDatabase, type TestDatabase } from '../test/integration/database.js';
import { SilentLogger } from '../test/fakes/silent-logger.js';

export const caller: Caller = { ownerId: LOCAL_OWNER_ID, role: 'admin' };

/** The product's own index and search over an embedded database, without the rest of the application. */
export class RetrievalHarness {
  private constructor(
    private readonly opened: TestDatabase,
    private readonly tokenizer: Tokenizer,
    private readonly embedder: Embedder,
  ) {}

  /** @param onServer on the PostgreSQL of `DATABASE_URL`, in a database of its own; else in memory */
  static async open(tokenizer: Tokenizer, embedder: Embedder, onServer = false): Promise<RetrievalHarness> {
    return new RetrievalHarness(await openTestDatabase(onServer), tokenizer, embedder);
  }

  get database(): Database {
    return this.opened.database;
  }

  /** Indexes the texts as the chunks of one document. @returns chunk ids, in the order of the texts. */
  async index(texts: string[], batchSize = 64): Promise<string[]> {
    const ref = await addDocument(this.opened.database, this.embedder.model);
    const index = new PgvectorChunkIndex(this.opened.database, this.opened.transaction, this.tokenizer);
    for (let start = 0; start < texts.length; start += batchSize) {
      const batch = texts.slice(start, start + batchSize);
      const embeddings = await this.embedder.embedPassages(batch);
      const chunks = batch.map((text, position) => ({
        ordinal: start + position,
        text,
        context: '',
        headings: [],
        page: null,
        charStart: 0,
        charEnd: text.length,
        tokenCount: 0,
        embedding: embeddings[position]!,
      }));
      await index.write(ref, this.embedder.model, chunks);
    }
    await this.opened.transaction.run(() => this.publish(index, ref));
    const rows = await this.opened.database.query<{ id: string }>(
      'SELECT id FROM chunk WHERE document_id = $1 ORDER BY ordinal',
      [ref.documentId],
    );
    return rows.map(({ id }) => id);
  }

  /** What passages, terms and vectors take, with their indexes. */
  async sizeBytes(): Promise<number> {
    const [row] = await this.opened.database.query<{ bytes: string }>(
      `SELECT sum(pg_total_relation_size(name))::text AS bytes
       FROM unnest($1::regclass[]) AS name`,
      [['chunk', 'chunk_embedding', 'lexical_term', 'lexical_stats']],
    );
    return Number(row!.bytes);
  }

  /** @param vectorWeight 0: words alone; 1: vectors alone; undefined: what the embedder declares */
  search(vectorWeight?: number): SearchPassagesService {
    const embedder =
      vectorWeight === undefined ? this.embedder : new WeightedEmbedder(this.embedder, vectorWeight);
    const passages = new PgvectorPassageSearch(this.opened.database, this.opened.transaction);
    return new SearchPassagesService(passages, this.tokenizer, embedder, new SilentLogger());
  }

  rarity(): WordRarityService {
    return new WordRarityService(
      new PgvectorPassageSearch(this.opened.database, this.opened.transaction),
      this.tokenizer,
    );
  }

  close(): Promise<void> {
    return this.opened.close();
  }

  private async publish(index: PgvectorChunkIndex, ref: VersionRef): Promise<void> {
    await index.publish(ref, null);
    await this.opened.database.execute('UPDATE document SET searchable_version = version WHERE id = $1', [
      ref.documentId,
    ]);
  }
}

/** Rows of a document and a collection of its own, for chunks to belong to. */
export async function addDocument(database: Database, embeddingModel: string): Promise<VersionRef> {
  const ref = { ownerId: caller.ownerId, collectionId: newId(), documentId: newId(), version: 1 };
  await database.execute(
    'INSERT INTO collection (id, owner_id, name, embedding_model) VALUES ($1, $2, $3, $4)',
    [ref.collectionId, ref.ownerId, ref.collectionId, embeddingModel],
  );
  await database.execute(
    'INSERT INTO document (id, owner_id, collection_id, title, version) VALUES ($1, $2, $3, $4, 1)',
    [ref.documentId, ref.ownerId, ref.collectionId, 'Corpus'],
  );
  return ref;
}

class WeightedEmbedder extends Embedder {
  constructor(
    private readonly embedder: Embedder,
    override readonly fusionWeight: number,
  ) {
    super();
  }

  override get model(): string {
    return this.embedder.model;
  }

  override get isLexical(): boolean {
    return this.embedder.isLexical;
  }

  override get dimensions(): number {
    return this.embedder.dimensions;
  }

  override embedPassages(texts: string[], signal?: AbortSignal): Promise<Float32Array[]> {
    return this.embedder.embedPassages(texts, signal);
  }

  override embedQuery(text: string, termWeight?: (term: string) => number): Promise<Float32Array> {
    return this.embedder.embedQuery(text, termWeight);
  }
}
