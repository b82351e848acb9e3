import { SearchPassagesService } from '../../src/knowledge/application/search-passages.service.js';
import { PgvectorChunkIndex } from '../../src/knowledge/infrastructure/pgvector-chunk-index.js';
import { PgvectorPassageSearch } from '../../src/knowledge/infrastructure/pgvector-passage-search.js';
import { newId } from '../../src/shared/ids.js';
import { chunksOf } from '../builders/a-chunk.js';
import { addCollection, addDocument } from '../builders/knowledge-rows.js';
import { LetterEmbedder } from '../fakes/letter-embedder.js';
import { SilentLogger } from '../fakes/silent-logger.js';
import { WhitespaceTokenizer } from '../fakes/whitespace-tokenizer.js';
import { openTestDatabase, type TestDatabase } from './database.js';

interface PlanNode {
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

const collectionCount = 2;
const documentsPerCollection = 60;
const chunksPerDocument = 4;
const documentCount = collectionCount * documentsPerCollection;
const chunkCount = documentCount * chunksPerDocument;

/** A database that nobody has gathered statistics of, which is what an embedded one always is. */
describe('plans of a search without statistics', () => {
  let db: TestDatabase;
  const ownerId = newId();
  const tokenizer = new WhitespaceTokenizer();
  const embedder = new LetterEmbedder();

  beforeAll(async () => {
    db = await openTestDatabase();
    for (let count = 0; count < collectionCount; count++) {
      const collectionId = await addCollection(db.database, ownerId);
      for (let number = 0; number < documentsPerCollection; number++)
        await addPublished(collectionId, number);
    }
  });
  afterAll(() => db.close());

  async function addPublished(collectionId: string, number: number): Promise<void> {
    const index = new PgvectorChunkIndex(db.database, db.transaction, tokenizer);
    const ref = await addDocument(db.database, { ownerId, collectionId, metadata: { number } });
    const texts = Array.from(
      { length: chunksPerDocument },
      (_, at) => `every chunk ${collectionId} ${number} ${at}`,
    );
    const embeddings = await embedder.embedPassages(texts);
    await index.write(
      ref,
      embedder.model,
      chunksOf(texts).map((chunk, at) => ({ ...chunk, embedding: embeddings[at]! })),
    );
    await index.publish(ref, null);
    await db.database.execute('UPDATE document SET searchable_version = 1 WHERE id = $1', [ref.documentId]);
  }

  /** The plans of every statement of a search that reads chunks, as they ran. */
  async function plansOf(filter?: Record<string, unknown>): Promise<PlanNode[]> {
    const statements: [string, unknown[]][] = [];
    const recording = Object.create(db.database) as typeof db.database;
    recording.query = async <Row>(sql: string, parameters?: unknown[]): Promise<Row[]> => {
      if (/\bchunk\b/.test(sql)) statements.push([sql, parameters ?? []]);
      return db.database.query<Row>(sql, parameters);
    };
    const index = new PgvectorPassageSearch(recording, db.transaction);
    const service = new SearchPassagesService(index, tokenizer, embedder, new SilentLogger());
    await service.search({ ownerId, role: 'user' }, { query: 'every chunk 7', limit: 10, filter });
    const plans: PlanNode[] = [];
    for (const [sql, parameters] of statements) {
      const [row] = await db.database.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`,
        parameters,
      );
      plans.push(row!['QUERY PLAN'][0]!.Plan);
    }
    return plans;
  }

  it.each([
    ['without a filter', undefined],
    ['with a filter', { type: 'lt', key: 'number', value: 30 }],
  ])('read no table twice over %s', async (_, filter) => {
    const plans = await plansOf(filter);
    // both arms, each one's candidates for the other, and what is shown
    expect(plans).toHaveLength(5);
    for (const plan of plans) {
      const read = rowsRead(plan);
      expect(read.get('chunk')).toBeLessThanOrEqual(chunkCount);
      expect(read.get('document')).toBeLessThanOrEqual(chunkCount);
      expect(read.get('chunk_embedding') ?? 0).toBeLessThanOrEqual(chunkCount);
    }
  });

  it('read the vectors of those documents alone that satisfy the filter', async () => {
    const plans = await plansOf({ type: 'lt', key: 'number', value: 3 });
    const read = plans.map((plan) => rowsRead(plan).get('chunk_embedding') ?? 0);
    expect(Math.max(...read)).toBe(collectionCount * 3 * chunksPerDocument);
  });
});

/** Rows by table, those that a condition threw away included. */
function rowsRead(node: PlanNode, into = new Map<string, number>()): Map<string, number> {
  const table = node['Relation Name'];
  if (table !== undefined) {
    const rows = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
    into.set(table, (into.get(table) ?? 0) + rows);
  }
  for (const child of node.Plans ?? []) rowsRead(child, into);
  return into;
}
