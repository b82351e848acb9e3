import type { SearchScope, VectorQuery } from '../../src/knowledge/application/passage-search.port.js';
import { PgvectorVectorArm } from '../../src/knowledge/infrastructure/pgvector-vector-arm.js';
import { NoVectorIndexes } from '../../src/knowledge/infrastructure/no-vector-indexes.js';
import { ClusteredVectors } from '../builders/clustered-vectors.js';
import { openTestDatabase, type TestDatabase } from './database.js';

const limit = 20;

describe('exact searches by vector', () => {
  let db: TestDatabase;
  let vectors: ClusteredVectors;
  let arm: PgvectorVectorArm;

  beforeAll(async () => {
    db = await openTestDatabase();
    vectors = new ClusteredVectors(db.database, 3_000, 16);
    arm = new PgvectorVectorArm(db.database, db.transaction);
    await vectors.write();
    await new ClusteredVectors(db.database, 100, 16).write();
    await db.database.execute(
      "UPDATE document SET deleted_at = now() WHERE (metadata ->> 'bucket')::integer < 100",
    );
    await db.database.execute(
      "UPDATE document SET searchable_version = 2 WHERE (metadata ->> 'bucket')::integer BETWEEN 100 AND 199",
    );
  });
  afterAll(() => db.close());

  const question = (): VectorQuery => ({
    model: vectors.model,
    embedding: vectors.question(),
    chunksInScope: vectors.chunks,
  });
  const scope = (below: number | null): SearchScope => ({
    ownerId: vectors.ownerId,
    collectionIds: vectors.collections.map(({ id }) => id),
    filter: below === null ? null : { type: 'lt', key: 'bucket', value: below },
  });

  /** Without any of the statements of a search. */
  async function expected({ embedding }: VectorQuery, below: number | null): Promise<string[]> {
    const rows = await db.database.query<{ id: string; embedding: string }>(
      `SELECT chunk.id, embedding::text FROM chunk_embedding
       JOIN chunk ON chunk.id = chunk_id
       JOIN document ON document.id = document_id
       WHERE chunk.owner_id = $1 AND deleted_at IS NULL AND searchable_version = chunk.version
         AND (metadata ->> 'bucket')::integer < $2`,
      [vectors.ownerId, below ?? 1_000],
    );
    const cosine = (text: string): number =>
      (JSON.parse(text) as number[]).reduce((sum, component, at) => sum + component * embedding[at]!, 0);
    const scored = rows.map((row) => ({ id: row.id, score: cosine(row.embedding) }));
    return scored
      .toSorted((a, b) => b.score - a.score)
      .slice(0, limit)
      .map(({ id }) => id);
  }

  it.each([
    ['scanned', null],
    ['scanned', 900],
    ['by-document', 250],
    ['by-document', 100],
  ] as const)('%s: the nearest of what may be seen (below %s)', async (method, below) => {
    const query = question();
    const { chunks, plan } = await arm.nearest(scope(below), query, limit);
    expect(plan).toMatchObject({ method, tooShort: [] });
    // by the whole: the components are kept in half precision
    expect(new Set(chunks.map(({ id }) => id))).toEqual(new Set(await expected(query, below)));
  });

  it('does not take lists that were cut off before the wanted number', async () => {
    // most of what it should be likely to find is hidden, and nothing told the estimate
    const query = question();
    const nearest = await arm.nearest(scope(null), query, 200);
    await db.database.execute(
      `UPDATE document SET deleted_at = now() FROM chunk
       WHERE document_id = document.id AND chunk.id = ANY ($1)`,
      [nearest.chunks.map(({ id }) => id)],
    );
    const { chunks, plan } = await arm.nearest(scope(null), query, limit);
    expect(plan).toMatchObject({ method: 'by-document', tooShort: [{ method: 'scanned' }] });
    expect(new Set(chunks.map(({ id }) => id))).toEqual(new Set(await expected(query, null)));
  });

  it('finds all there is where that is less than was wanted', async () => {
    const { id } = vectors.collections[0]!;
    const few: SearchScope = { ...scope(null), collectionIds: [id] };
    const { chunks } = await arm.nearest(few, { ...question(), chunksInScope: 3 }, limit);
    const all = await db.database.query(
      `SELECT chunk.id FROM chunk JOIN document ON document.id = document_id
       WHERE chunk.collection_id = $1 AND deleted_at IS NULL AND searchable_version = chunk.version`,
      [id],
    );
    expect(chunks).toHaveLength(all.length);
  });

  it('builds nothing in the embedded database', async () => {
    await expect(new NoVectorIndexes().keep()).resolves.toBeUndefined();
    await expect(db.database.query('SELECT 1 FROM vector_index')).resolves.toEqual([]);
    await expect(arm.usableIndexes(question())).resolves.toEqual([]);
  });
});
