import pg from 'pg';
import { openTestDatabase, type TestDatabase } from './database.js';

describe('the embedded database', () => {
  let db: TestDatabase;

  beforeAll(async () => {
    db = await openTestDatabase();
    await db.database.query('CREATE TABLE probe (id integer PRIMARY KEY, body text)');
  });
  afterAll(() => db.close());
  beforeEach(() => db.database.execute('DELETE FROM probe'));

  const ids = async (): Promise<number[]> =>
    (await db.database.query<{ id: number }>('SELECT id FROM probe ORDER BY id')).map(({ id }) => id);

  it('keeps concurrent transactions apart: one rolls back, the others stay whole', async () => {
    const insert = (id: number): Promise<unknown> =>
      db.database.query('INSERT INTO probe VALUES ($1, $2)', [id, '한글']);
    const outcomes = await Promise.allSettled([
      db.transaction.run(async () => {
        await insert(1);
        await insert(2);
      }),
      db.transaction.run(async () => {
        await insert(3);
        throw new Error('no');
      }),
      insert(4),
      db.transaction.run(async () => {
        await insert(5);
        await insert(6);
      }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(await ids()).toEqual([1, 2, 4, 5, 6]);
  });

  it('reports errors as a server does, and the transaction goes on to its end', async () => {
    await db.database.query('INSERT INTO probe VALUES (1)');
    await expect(db.database.query('INSERT INTO probe VALUES (1)')).rejects.toMatchObject({ code: '23505' });
    await expect(
      db.transaction.run(async () => {
        await db.database.query('SELEC 1');
      }),
    ).rejects.toMatchObject({ code: '42601' });
    expect(await ids()).toEqual([1]);
  });

  it('rolls back what a connection leaves open, so that nobody waits for it', async () => {
    const client = new pg.Client(db.connection.poolConfig);
    await client.connect();
    await client.query('BEGIN');
    await client.query('INSERT INTO probe VALUES (9)');
    await client.end();
    expect(await ids()).toEqual([]);
  });

  it('joins the open transaction on its async path only, and runs effects after the commit', async () => {
    const seen: string[] = [];
    await db.transaction.run(async () => {
      db.transaction.afterCommit(() => seen.push('effect'));
      await db.transaction.run(() => db.database.query('INSERT INTO probe VALUES (1)'));
      expect(() => db.transaction.assertOutside('The model')).toThrow('The model must not be used inside');
      seen.push('end of work');
    });
    expect(seen).toEqual(['end of work', 'effect']);
    expect(() => db.transaction.assertOutside('The model')).not.toThrow();
    await expect(
      db.transaction.run(() => {
        db.transaction.afterCommit(() => seen.push('never'));
        return Promise.reject(new Error('no'));
      }),
    ).rejects.toThrow('no');
    expect(seen).not.toContain('never');
  });

  it('brings notifications to their listeners, with the commit and not before', async () => {
    const heard: string[] = [];
    let wake: () => void = () => undefined;
    const next = (): Promise<void> => new Promise((resolve) => (wake = resolve));
    const stop = await db.notifications.listen('document_changed', (payload) => {
      heard.push(payload);
      wake();
    });
    const first = next();
    await db.transaction.run(async () => {
      await db.notifications.notify('document_changed', 'one');
      await db.database.query('SELECT 1');
      expect(heard).toEqual([]);
    });
    await first;
    stop();
    const other = new Promise<void>(
      (resolve) =>
        void db.notifications
          .listen('answer_cancel', () => resolve())
          .then(() => db.notifications.notify('answer_cancel', 'x')),
    );
    await db.notifications.notify('document_changed', 'two');
    await other;
    expect(heard).toEqual(['one']);
  });

  it('hears a LISTEN that stands below a comment, and keeps it while another listener leaves', async () => {
    const [stays, leaves] = [
      new pg.Client(db.connection.poolConfig),
      new pg.Client(db.connection.poolConfig),
    ];
    await stays.connect();
    await leaves.connect();
    await stays.query('-- why\nLISTEN probe_channel;');
    await leaves.query('LISTEN probe_channel');
    await leaves.query('UNLISTEN probe_channel');
    const heard = new Promise((resolve) => stays.once('notification', resolve));
    await db.database.query(`SELECT pg_notify('probe_channel', 'hello')`);
    expect(await heard).toMatchObject({ channel: 'probe_channel', payload: 'hello' });
    await stays.end();
    await leaves.end();
  });

  it('reads types as pg does', async () => {
    const [row] = await db.database.query<Record<string, unknown>>(
      `SELECT 1::bigint AS big, now() AS at, '{"a":[1]}'::jsonb AS json, ARRAY['x','y'] AS list, '[1,0.5]'::halfvec AS vec`,
    );
    expect(row).toMatchObject({ big: '1', json: { a: [1] }, list: ['x', 'y'], vec: '[1,0.5]' });
    expect(row?.at).toBeInstanceOf(Date);
  });
});
