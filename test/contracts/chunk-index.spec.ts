import { PgvectorChunkIndex } from '../../src/knowledge/infrastructure/pgvector-chunk-index.js';
import { newId } from '../../src/shared/ids.js';
import { addDocument, readStatistics } from '../builders/knowledge-rows.js';
import { InMemoryChunkIndex } from '../fakes/in-memory-chunk-index.js';
import { WhitespaceTokenizer } from '../fakes/whitespace-tokenizer.js';
import { chunksOf } from '../builders/a-chunk.js';
import { openTestDatabase, type TestDatabase } from '../integration/database.js';
import { chunkIndexContract } from './chunk-index.contract.js';

const inMemory = new InMemoryChunkIndex();
chunkIndexContract('InMemoryChunkIndex', () => ({
  index: inMemory,
  newDocument: async (collectionId = newId()) => ({
    ownerId: newId(),
    collectionId,
    documentId: newId(),
    version: 1,
  }),
  statistics: async (collectionId) => inMemory.statistics(collectionId),
}));

describe('on PostgreSQL', () => {
  let db: TestDatabase;
  let index: PgvectorChunkIndex;
  const ownerId = newId();

  beforeAll(async () => {
    db = await openTestDatabase();
    index = new PgvectorChunkIndex(db.database, db.transaction, new WhitespaceTokenizer());
  });
  afterAll(() => db.close());

  chunkIndexContract('PgvectorChunkIndex', () => ({
    index,
    newDocument: (collectionId) => addDocument(db.database, { ownerId, collectionId }),
    statistics: (collectionId) => readStatistics(db.database, collectionId),
  }));

  it('leaves the counts alone when the transaction of the publisher rolls back', async () => {
    const ref = await addDocument(db.database, { ownerId });
    await index.write(ref, 'm', chunksOf(['a b']));
    const publishing = db.transaction.run(async () => {
      await index.publish(ref, null);
      throw new Error('the caller failed');
    });
    await expect(publishing).rejects.toThrow('the caller failed');
    expect(await readStatistics(db.database, ref.collectionId)).toEqual({
      chunkCount: 0,
      termTotal: 0,
      terms: new Map(),
    });
  });

  it('keeps counting right when publishers of one collection meet', async () => {
    const first = await addDocument(db.database, { ownerId });
    const others = await Promise.all(
      Array.from({ length: 7 }, () =>
        addDocument(db.database, { ownerId, collectionId: first.collectionId }),
      ),
    );
    const refs = [first, ...others];
    for (const ref of refs) await index.write(ref, 'm', chunksOf(['a b', 'b']));
    await Promise.all(refs.map((ref) => index.publish(ref, null)));
    expect(await readStatistics(db.database, first.collectionId)).toEqual({
      chunkCount: 16,
      termTotal: 24,
      terms: new Map([
        ['a', 8],
        ['b', 16],
      ]),
    });
  });

  it('keeps one vector a chunk and model, the last one written', async () => {
    const ref = await addDocument(db.database, { ownerId });
    const [chunk] = chunksOf(['a']);
    await index.write(ref, 'm', [chunk!]);
    await index.write(ref, 'm', [{ ...chunk!, embedding: new Float32Array([0.6, -0.8]) }]);
    await index.write(ref, 'other', [{ ...chunk!, embedding: new Float32Array([0, 0, 1]) }]);
    const rows = await db.database.query<{ model: string; embedding: string }>(
      `SELECT model, embedding::text FROM chunk_embedding
       JOIN chunk ON chunk.id = chunk_id WHERE document_id = $1 ORDER BY model`,
      [ref.documentId],
    );
    expect(rows.map(({ model }) => model)).toEqual(['m', 'other']);
    const [x, y] = JSON.parse(rows[0]!.embedding) as number[];
    expect(x).toBeCloseTo(0.6, 3);
    expect(y).toBeCloseTo(-0.8, 3);
  });

  it('keeps the vectors of the version that is searched alone, and the chunks of both', async () => {
    const first = await addDocument(db.database, { ownerId });
    const second = { ...first, version: 2 };
    const versionsWith = (table: string): Promise<{ version: number }[]> =>
      db.database.query(
        `SELECT DISTINCT version FROM chunk WHERE document_id = $1 ${table} ORDER BY version`,
        [first.documentId],
      );
    const withVectors = 'AND EXISTS (SELECT 1 FROM chunk_embedding WHERE chunk_id = chunk.id)';
    await index.write(first, 'm', chunksOf(['a']));
    await index.publish(first, null);
    await index.publish(first, 1);
    await index.write(second, 'm', chunksOf(['b']));
    expect(await versionsWith(withVectors)).toEqual([{ version: 1 }, { version: 2 }]);
    await index.publish(second, 1);
    expect(await versionsWith(withVectors)).toEqual([{ version: 2 }]);
    expect(await versionsWith('')).toEqual([{ version: 1 }, { version: 2 }]);
  });
});
