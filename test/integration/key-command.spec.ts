import { ManageKeys } from '../../src/identity/application/manage-keys.service.js';
import { SqlApiKeyRepository } from '../../src/identity/infrastructure/sql-api-key.repository.js';
import { runKeyCommand } from '../../src/main/key-command.js';
import { LOCAL_OWNER_ID } from '../../src/shared/caller.js';
import { openTestDatabase, type TestDatabase } from './database.js';

describe('npm run key', () => {
  let database: TestDatabase;
  let opened = 0;

  beforeAll(async () => {
    database = await openTestDatabase();
  });

  afterAll(async () => {
    await database.close();
  });

  beforeEach(() => {
    opened = 0;
  });

  async function run(...args: string[]) {
    let out = '';
    let err = '';
    const keys = new ManageKeys(new SqlApiKeyRepository(database.database), database.transaction);
    const code = await runKeyCommand(args, {
      out: (text) => void (out += text),
      err: (text) => void (err += text),
      withKeys: (work) => {
        opened += 1;
        return work(keys);
      },
    });
    return { code, out, err };
  }

  it('makes a key, alone on its standard output, lists and revokes it', async () => {
    const { code, out, err } = await run('create', '--owner', 'alice', '--role', 'user', '--name', 'laptop');
    expect(code).toBe(0);
    expect(out).toMatch(/^ps_[0-9a-f]{32}_[A-Za-z0-9_-]{43}\n$/);
    const id = /Key (\S+) for/.exec(err)?.[1] ?? '';
    const listed = await run('list');
    expect(listed.out).toMatch(new RegExp(`^${id} +alice +user +laptop +\\S+$`, 'm'));
    expect(listed.out).not.toContain(out.trim());
    expect((await run('revoke', id)).code).toBe(0);
    expect((await run('list')).out).toMatch(new RegExp(`^${id} +alice +user +laptop +\\S+ +\\S+$`, 'm'));
    expect(await run('revoke', id)).toMatchObject({ code: 1, out: '' });
  });

  it('gives the owner of the mode none, by its name or its id', async () => {
    for (const owner of ['local', LOCAL_OWNER_ID]) {
      expect((await run('create', '--owner', owner, '--role', 'admin')).err).toContain(LOCAL_OWNER_ID);
    }
  });

  it.each([
    [[]],
    [['make']],
    [['create']],
    [['create', '--owner', 'x']],
    [['create', '--owner', 'x', '--role', 'root']],
    [['create', '--owner', ' ', '--role', 'user']],
    [['create', '--colour', 'red']],
    [['revoke']],
    [['list', 'more']],
  ])('explains itself on %j without opening anything', async (args) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('npm run key -- create');
    expect(opened).toBe(0);
  });

  it('helps', async () => {
    expect(await run('--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('revoke <id>') as string,
    });
    expect(opened).toBe(0);
  });
});
