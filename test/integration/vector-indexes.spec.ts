import pg from 'pg';
import type { SearchScope, VectorQuery } from '../../src/knowledge/application/passage-search.port.js';
import { contiguousRanges } from '../../src/knowledge/domain/vector-index-ranges.js';
import { PgvectorVectorArm } from '../../src/knowledge/infrastructure/pgvector-vector-arm.js';
import { PostgresVectorIndexes } from '../../src/knowledge/infrastructure/postgres-vector-indexes.js';
import * as sql from '../../src/knowledge/infrastructure/vector-search.sql.js';
import { ClusteredVectors } from '../builders/clustered-vectors.js';
import { SilentLogger } from '../fakes/silent-logger.js';
import { waitFor } from '../wait-for.js';
import { openTestDatabase, type TestDatabase } from './database.js';

const dimensions = 24;
const limit = 20;
/** What searches are told is there: so much that an index is worth asking. */
const manyChunks = 10_000;
const never = new AbortController().signal;

/** Runs on the server that `DATABASE_URL` names; skipped, and seen to be, without. */
const describeOnServer = process.env.DATABASE_URL ? describe : describe.skip;

describeOnServer('approximate indexes on PostgreSQL', () => {
  let db: TestDatabase;
  let vectors: ClusteredVectors;
  let logger: SilentLogger;
  let indexes: PostgresVectorIndexes;
  let arm: PgvectorVectorArm;

  beforeEach(async () => {
    db = await openTestDatabase(true);
    vectors = new ClusteredVectors(db.database, 3_000, dimensions, `it's a "model" %L $1`);
    logger = new SilentLogger();
    indexes = keeper(1_000);
    arm = new PgvectorVectorArm(db.database, db.transaction);
    await vectors.write();
  });
  afterEach(() => db.close());

  const keeper = (vectorIndexRows: number): PostgresVectorIndexes =>
    new PostgresVectorIndexes(
      db.connection,
      db.database,
      { vectorIndexRows, vectorIndexMemoryMb: 64 },
      logger,
    );
  const space = (): { model: string; dimensions: number } => ({ model: vectors.model, dimensions });
  const scope = (): SearchScope => ({
    ownerId: vectors.ownerId,
    collectionIds: vectors.collections.map(({ id }) => id),
    filter: null,
  });
  const question = (): VectorQuery => ({
    model: vectors.model,
    embedding: vectors.question(),
    chunksInScope: manyChunks,
  });
  const registered = (): Promise<{ name: string }[]> =>
    db.database.query('SELECT name FROM vector_index ORDER BY until_chunk');
  const inCatalogue = (): Promise<{ name: string; valid: boolean }[]> =>
    db.database.query(
      `SELECT relname AS name, indisvalid AS valid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
       WHERE starts_with(relname, 'chunk_embedding_hnsw_')`,
    );
  const nearest = async (
    method: 'indexed' | 'by-document',
    query: VectorQuery,
    within = scope(),
  ): Promise<string[]> =>
    db.transaction.run(async () => {
      const usable = await arm.usableIndexes(query);
      if (method === 'indexed') expect(usable).not.toEqual([]);
      const search = { scope: within, query, limit, indexes: usable };
      const found = await arm.run({ method, depth: method === 'indexed' ? 400 : limit }, search);
      return found!.map(({ id }) => id);
    });

  /** How the statement of a search is carried out, where a generic plan would be the server's choice. */
  const explain = (query: VectorQuery): Promise<string> =>
    db.transaction.run(async () => {
      const usable = await arm.usableIndexes(query);
      await db.database.query("SELECT set_config('plan_cache_mode', 'force_generic_plan', true)");
      const lines: string[] = [];
      const recording = Object.create(db.database) as typeof db.database;
      recording.query = async <Row>(text: string, parameters?: unknown[]): Promise<Row[]> => {
        if (text === sql.planForVectors) return db.database.query<Row>(text, parameters);
        const rows = await db.database.query<Record<string, string>>(`EXPLAIN ${text}`, parameters);
        lines.push(...rows.map((row) => row['QUERY PLAN']!));
        return [];
      };
      await new PgvectorVectorArm(recording, db.transaction).run(
        { method: 'indexed', depth: 200 },
        { scope: scope(), query, limit, indexes: usable },
      );
      return lines.join('\n');
    });

  it('builds one when there are enough vectors, and searches ask it', async () => {
    await expect(keeper(3_001).keep(space(), never)).resolves.toEqual({ indexed: 0, scanned: 3_000 });
    expect(await inCatalogue()).toEqual([]);

    await expect(indexes.keep(space(), never)).resolves.toEqual({ indexed: 3_000, scanned: 0 });
    const [index] = await registered();
    expect(await inCatalogue()).toEqual([{ name: index!.name, valid: true }]);
    expect(await explain(question())).toContain(`Index Scan using ${index!.name} on chunk_embedding`);

    const { plan } = await arm.nearest(scope(), question(), limit);
    expect(plan).toMatchObject({ method: 'indexed', tooShort: [] });
  });

  it('finds what came after the build by a scan, and builds it in when it is much', async () => {
    await indexes.keep(space(), never);
    const query = question();
    const before = await nearest('indexed', query);
    await vectors.add(vectors.collections[0]!.id, query.embedding);
    const [found] = await nearest('indexed', query);
    expect(before).not.toContain(found);
    expect(await nearest('indexed', query)).toEqual(await nearest('by-document', query));
    await expect(indexes.keep(space(), never)).resolves.toEqual({ indexed: 3_000, scanned: 10 });

    await vectors.more(120);
    const [old] = await registered();
    await expect(indexes.keep(space(), never)).resolves.toEqual({ indexed: 3_000 + 1_210, scanned: 0 });
    const rows = await registered();
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual(old);
    expect(await nearest('indexed', query)).toEqual(await nearest('by-document', query));

    await vectors.more(120);
    await expect(indexes.keep(space(), never)).resolves.toEqual({ indexed: 3_000 + 2_410, scanned: 0 });
    expect(await inCatalogue()).toHaveLength(1);
    expect(await nearest('indexed', query)).toEqual(await nearest('by-document', query));
  });

  it('finds what an exact search finds, after deletions and new versions', async () => {
    await indexes.keep(space(), never);
    await db.database.execute(
      "UPDATE document SET deleted_at = now() WHERE (metadata ->> 'bucket')::integer < 200",
    );
    // their vectors are still there, and belong to a version that no search sees
    await db.database.execute(
      "UPDATE document SET searchable_version = 2 WHERE (metadata ->> 'bucket')::integer BETWEEN 200 AND 399",
    );
    await db.database.execute(
      `DELETE FROM chunk USING document WHERE document.id = document_id
       AND (metadata ->> 'bucket')::integer BETWEEN 400 AND 499`,
    );
    await vectors.more(30);
    for (let count = 0; count < 30; count++) {
      const query = question();
      const exact = await nearest('by-document', query);
      expect(exact).toHaveLength(limit);
      expect(await nearest('indexed', query)).toEqual(exact);
      const { chunks } = await arm.nearest(scope(), query, limit);
      expect(chunks.map(({ id }) => id)).toEqual(exact);
    }
  });

  it('finds the same under a filter, whatever it goes with', async () => {
    await indexes.keep(space(), never);
    for (const bucket of [5, 100, 500, 900])
      for (const collections of [4, 6, 8]) {
        const within: SearchScope = {
          ...scope(),
          collectionIds: scope().collectionIds.slice(0, collections),
          filter: { type: 'lt', key: 'bucket', value: bucket },
        };
        const query = question();
        const { chunks } = await arm.nearest(within, query, limit);
        expect(chunks.map(({ id }) => id)).toEqual(await nearest('by-document', query, within));
      }
  });

  it('gives nobody what is another owner’s, near as it may be', async () => {
    const other = new ClusteredVectors(db.database, 1_000, dimensions, vectors.model);
    await other.write();
    await indexes.keep(space(), never);
    const within: SearchScope = { ...scope(), ownerId: other.ownerId };
    expect(await nearest('by-document', question(), within)).toEqual([]);
    const { chunks } = await arm.nearest(within, question(), limit);
    expect(chunks).toEqual([]);
    const own = await nearest('indexed', question());
    const owners = await db.database.query('SELECT DISTINCT owner_id FROM chunk WHERE id = ANY ($1)', [own]);
    expect(owners).toEqual([{ owner_id: vectors.ownerId }]);
  });

  it('removes what an interrupted build left, and builds again', async () => {
    const writer = new pg.Client(db.connection.poolConfig);
    await writer.connect();
    try {
      // a build waits for transactions that are older than it
      await writer.query('BEGIN; LOCK TABLE chunk_embedding IN ROW EXCLUSIVE MODE');
      const shutdown = new AbortController();
      const interrupted = indexes.keep(space(), shutdown.signal);
      await waitFor(async () => (await inCatalogue()).length > 0);
      expect(await inCatalogue()).toMatchObject([{ valid: false }]);
      // one worker at a time, and searches do without
      await expect(keeper(1_000).keep(space(), never)).resolves.toBeUndefined();
      await expect(arm.usableIndexes(question())).resolves.toEqual([]);
      shutdown.abort();
      await expect(interrupted).resolves.toBeUndefined();
    } finally {
      await writer.end();
    }
    await expect(indexes.keep(space(), never)).resolves.toEqual({ indexed: 3_000, scanned: 0 });
    expect(logger.lines.map(({ message, fields }) => [message, fields!.why])).toEqual([
      ['vector-index.building', undefined],
      ['vector-index.dropped', 'unfinished'],
      ['vector-index.building', undefined],
      ['vector-index.built', undefined],
    ]);
    expect(await inCatalogue()).toEqual([{ name: (await registered())[0]!.name, valid: true }]);
  });

  it('removes an index that nobody knows, and forgets one that is gone', async () => {
    await indexes.keep(space(), never);
    const [index] = await registered();
    await db.database.execute(`DROP INDEX ${index!.name}`);
    await db.database.execute('CREATE INDEX chunk_embedding_hnsw_strange ON chunk_embedding (model)');
    await expect(arm.usableIndexes(question())).resolves.toEqual([]);
    await expect(indexes.keep(space(), never)).resolves.toEqual({ indexed: 3_000, scanned: 0 });
    expect(await inCatalogue()).toEqual([{ name: index!.name, valid: true }]);
  });

  it('keeps the index of an earlier model as long as it has vectors', async () => {
    await indexes.keep(space(), never);
    const next = { model: 'next', dimensions: 8 };
    await expect(indexes.keep(next, never)).resolves.toEqual({ indexed: 0, scanned: 0 });
    expect(await inCatalogue()).toHaveLength(1);
    await db.database.execute('DELETE FROM chunk_embedding');
    await indexes.keep(next, never);
    expect(await inCatalogue()).toEqual([]);
    expect(await registered()).toEqual([]);
  });

  it('drops the index of the model itself when no vector is left', async () => {
    await indexes.keep(space(), never);
    await db.database.execute('DELETE FROM chunk_embedding');
    await expect(indexes.keep(space(), never)).resolves.toEqual({ indexed: 0, scanned: 0 });
    expect(await inCatalogue()).toEqual([]);
  });

  it('builds no larger index than fits into memory', async () => {
    const small = new PostgresVectorIndexes(
      db.connection,
      db.database,
      { vectorIndexRows: 500, vectorIndexMemoryMb: 1 },
      logger,
    );
    await expect(small.keep(space(), never)).resolves.toMatchObject({ scanned: expect.any(Number) });
    expect((await registered()).length).toBeGreaterThan(1);
    const query = question();
    expect(contiguousRanges(await arm.usableIndexes(query)).length).toBeGreaterThan(1);
    expect(await nearest('indexed', query)).toEqual(await nearest('by-document', query));
  });
});
