import type { MetadataClaim } from '../../src/knowledge/application/metadata-work.repository.js';
import { chooseNext } from '../../src/knowledge/infrastructure/metadata-work.sql.js';
import { PostgresMetadataWorkRepository } from '../../src/knowledge/infrastructure/postgres-metadata-work.repository.js';
import { newId } from '../../src/shared/ids.js';
import { addSearchable } from '../builders/knowledge-rows.js';
import { openTestDatabase, type TestDatabase } from './database.js';
import { mostRows, type PlanNode } from './plan-rows.js';

const generated = { summary: 'a', keywords: ['b'], category: 'c' };

describe('of which document metadata is written next', () => {
  let db: TestDatabase;
  let work: PostgresMetadataWorkRepository;

  beforeEach(async () => {
    db = await openTestDatabase();
    work = new PostgresMetadataWorkRepository(db.database, db.transaction);
  });
  afterEach(() => db.close());

  const claim = async (): Promise<MetadataClaim> => {
    const claimed = await work.claimNext();
    if (!claimed) throw new Error('Nothing was due.');
    return claimed;
  };

  it("goes round among owners, however many documents one has, each owner's newest first", async () => {
    const [many, few] = [newId(), newId()];
    const ofMany = await addSearchable(db.database, many, 10_000);
    const ofFew = await addSearchable(db.database, few, 2);
    const taken: MetadataClaim[] = [];
    for (let turn = 0; turn < 6; turn++) {
      taken.push(await claim());
      await work.complete(taken.at(-1)!, generated);
    }
    const ids = (owner: string): string[] =>
      taken.filter(({ ownerId }) => ownerId === owner).map(({ documentId }) => documentId);
    expect(taken.slice(0, 4).filter(({ ownerId }) => ownerId === few)).toHaveLength(2);
    expect(ids(few)).toEqual(ofFew.toReversed());
    expect(ids(many)).toEqual(ofMany.toReversed().slice(0, 4));
  });

  it('is found among thousands by looking at a handful of rows', async () => {
    await addSearchable(db.database, newId(), 10_000);
    await addSearchable(db.database, newId(), 10);
    for (let turn = 0; turn < 3; turn++) await claim();
    const [row] = await db.database.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${chooseNext}`,
    );
    expect(mostRows(row!['QUERY PLAN'][0]!.Plan)).toBeLessThan(20);
  });

  it('is another for each of many workers that ask at once', async () => {
    await addSearchable(db.database, newId(), 8);
    await addSearchable(db.database, newId(), 4);
    const claims = await Promise.all(Array.from({ length: 12 }, claim));
    expect(new Set(claims.map(({ documentId }) => documentId)).size).toBe(12);
    expect(await work.claimNext()).toBeUndefined();
  });

  it('is none that is deleted, or that answers no search yet', async () => {
    const [deleted, notYet] = await addSearchable(db.database, newId(), 2);
    await db.database.execute('UPDATE document SET deleted_at = now() WHERE id = $1', [deleted]);
    await db.database.execute('UPDATE document SET searchable_version = NULL WHERE id = $1', [notYet]);
    expect(await work.claimNext()).toBeUndefined();
  });
});
