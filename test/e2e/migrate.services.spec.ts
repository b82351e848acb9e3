import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { allMigrations } from '../../src/platform/database/migrations/all-migrations.js';
import { call, newWorld, startProtostar } from './harness.js';

const run = promisify(execFile);

describe('migrations on a PostgreSQL server', () => {
  it('run once, whoever else starts at the same moment', async () => {
    const world = await newWorld();
    const env = { PATH: `${process.env.PATH}`, ...world.env };
    const migrate = (): Promise<{ stdout: string }> =>
      run(process.execPath, [resolve('dist/main/migrate.js')], { env, cwd: world.dataDir });
    // Three commands, and two of each process, all of which would bring the schema up to date.
    const [server, ...commands] = await Promise.all([
      startProtostar({ world, copies: 2 }),
      migrate(),
      migrate(),
      migrate(),
    ]);
    for (const { stdout } of commands) expect(stdout).toContain('database.migrated');
    for (const url of server.urls)
      expect((await call({ url }, 'GET', '/health/ready')).body).toMatchObject({ status: 'ok' });

    const database = new pg.Client({ connectionString: world.env.DATABASE_URL! });
    await database.connect();
    const { rows } = await database.query<{ name: string }>('SELECT name FROM schema_migration ORDER BY id');
    await database.end();
    expect(rows.map(({ name }) => name)).toEqual(allMigrations.map(({ name }) => name));
    expect(await server.stop()).toBe(0);
  });
});
