import type { Claim } from '../../src/knowledge/application/ingestion.repository.js';
import { chooseNext } from '../../src/knowledge/infrastructure/ingestion.sql.js';
import { PostgresIngestionRepository } from '../../src/knowledge/infrastructure/postgres-ingestion.repository.js';
import { newId } from '../../src/shared/ids.js';
import { addQueued } from '../builders/knowledge-rows.js';
import { openTestDatabase, type TestDatabase } from './database.js';
import { mostRows, type PlanNode } from './plan-rows.js';

describe('whose document is read next', () => {
  let db: TestDatabase;
  let ingestion: PostgresIngestionRepository;

  beforeEach(async () => {
    db = await openTestDatabase();
    ingestion = new PostgresIngestionRepository(db.database, db.transaction);
  });
  afterEach(() => db.close());

  const claim = async (): Promise<Claim> => {
    const claimed = await ingestion.claimNext();
    if (!claimed) throw new Error('Nothing was due.');
    return claimed;
  };
  /** Without publishing anything: it is the order that counts here. */
  const finish = (held: Claim): Promise<void> => ingestion.complete(held, 0);
  const ownersOf = (claims: Claim[]): string[] => claims.map(({ ownerId }) => ownerId);

  it("lets one owner's file past another's 10,000, at the first worker that gets free", async () => {
    const [many, one] = [newId(), newId()];
    await addQueued(db.database, many, 10_000);
    // Two workers, who have been at it for a while.
    for (let done = 0; done < 5; done++) await finish(await claim());
    const running = [await claim(), await claim()];
    expect(ownersOf(running)).toEqual([many, many]);

    await addQueued(db.database, one, 1);
    await finish(running[0]!);
    expect((await claim()).ownerId).toBe(one);
    expect((await claim()).ownerId).toBe(many);
  });

  it('looks at a handful of rows, not at the 10,000 that wait', async () => {
    await addQueued(db.database, newId(), 10_000);
    await addQueued(db.database, newId(), 10);
    await claim();
    const [row] = await db.database.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${chooseNext}`,
    );
    expect(mostRows(row!['QUERY PLAN'][0]!.Plan)).toBeLessThan(20);
  });

  it('goes round among owners that all have more to do', async () => {
    const owners = [newId(), newId(), newId()];
    for (const owner of owners) await addQueued(db.database, owner, 20);
    const served: string[] = [];
    for (let turn = 0; turn < 30; turn++) {
      const claimed = await claim();
      served.push(claimed.ownerId);
      await finish(claimed);
    }
    for (let round = 0; round < 30; round += 3)
      expect(served.slice(round, round + 3).sort()).toEqual([...owners].sort());
  });

  it('gives a free worker to the owner who has the fewest in work', async () => {
    const [slow, quick] = [newId(), newId()];
    await addQueued(db.database, slow, 5);
    await addQueued(db.database, quick, 5);
    const first = [await claim(), await claim()];
    expect(ownersOf(first).sort()).toEqual([slow, quick].sort());
    // One worker sits on a large file; the other one's owner gets every turn until then.
    let held = first.find(({ ownerId }) => ownerId === quick)!;
    for (let turn = 0; turn < 4; turn++) {
      await finish(held);
      held = await claim();
      expect(held.ownerId).toBe(quick);
    }
  });

  it('takes what has waited longest of each owner, and leaves what waits out its back-off', async () => {
    const owner = newId();
    await addQueued(db.database, owner, 3);
    const first = await claim();
    expect(first.filename).toBe('Title 1');
    await ingestion.handBack(first, 60_000);
    expect((await claim()).filename).toBe('Title 2');
    expect((await claim()).filename).toBe('Title 3');
    expect(await ingestion.claimNext()).toBeUndefined();
  });

  it('gives every waiting version to exactly one of many workers that ask at once', async () => {
    await addQueued(db.database, newId(), 8);
    await addQueued(db.database, newId(), 4);
    const claims = await Promise.all(Array.from({ length: 12 }, claim));
    expect(new Set(claims.map(({ documentId }) => documentId)).size).toBe(12);
    expect(await ingestion.claimNext()).toBeUndefined();
  });
});
