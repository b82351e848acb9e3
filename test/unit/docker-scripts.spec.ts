import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { recognitionEngine, recognitionModel } from '../../src/platform/config/recognition-packages.js';

interface Ended {
  code: number;
  out: string;
  err: string;
}

const end = (program: string, args: string[], env: Record<string, string> = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const all = { PATH: process.env.PATH ?? '', ...env };
    execFile(program, args, { env: all }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'protostar-scripts-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text = ''): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

describe('docker/healthcheck.mjs', () => {
  let server: Server;
  let asked: string[];
  let status: number;

  beforeEach(async () => {
    asked = [];
    status = 200;
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(status).end('{"status":"ok"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const check = (env: Record<string, string>, ...args: string[]): Promise<Ended> =>
    end(process.execPath, ['docker/healthcheck.mjs', ...args], env);
  const port = (): string => String((server.address() as AddressInfo).port);

  it('asks the API on its own port whether it lives', async () => {
    expect(await check({ HOST: '0.0.0.0', PORT: port() })).toMatchObject({
      code: 0,
      out: expect.any(String),
    });
    expect(asked).toEqual(['/health/live']);
  });

  it('asks a worker on its health port, and whether it is ready when told so', async () => {
    expect((await check({ HEALTH_PORT: port(), PORT: '1' }, 'ready')).code).toBe(0);
    expect(asked).toEqual(['/health/ready']);
  });

  it('fails when the answer is a refusal, and says it', async () => {
    status = 503;
    expect(await check({ PORT: port() }, 'ready')).toMatchObject({
      code: 1,
      out: expect.stringContaining('503'),
    });
  });

  it('fails when nothing listens there', async () => {
    const free = port();
    await new Promise((resolve) => server.close(resolve));
    expect(await check({ PORT: free })).toMatchObject({
      code: 1,
      out: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('docker/prune-node-modules.sh', () => {
  it('removes what no program reads, and no licence', async () => {
    for (const path of ['a/i.js', 'a/i.js.map', 'a/i.d.ts', 'a/i.d.mts', 'a/LICENSE.md', 'typescript/tsc.js'])
      write(path);
    expect((await end('sh', ['docker/prune-node-modules.sh', folder])).code).toBe(0);
    expect(new Set(readdirSync(folder, { encoding: 'utf8', recursive: true }))).toEqual(
      new Set(['a', 'a/LICENSE.md', 'a/i.js']),
    );
  });

  it('leaves of text recognition what is used', async () => {
    cpSync('node_modules/tesseract.js-core', join(folder, 'tesseract.js-core'), { recursive: true });
    cpSync('node_modules/@tesseract.js-data', join(folder, '@tesseract.js-data'), { recursive: true });
    expect((await end('sh', ['docker/prune-node-modules.sh', folder])).code).toBe(0);
    const within = (path: string): string => join(folder, path.slice(path.lastIndexOf('node_modules') + 13));
    expect(existsSync(within(recognitionEngine()))).toBe(true);
    expect(existsSync(within(recognitionEngine().replace(/js$/, 'wasm')))).toBe(true);
    expect(existsSync(within(recognitionModel('kor')))).toBe(true);
    const sizes = readdirSync(folder, { encoding: 'utf8', recursive: true }).map(
      (path) => statSync(join(folder, path)).size,
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(10_000_000);
  });
});

describe('docker/objects.mjs', () => {
  const text = 'the text of a document';
  const entry = (key: string, sha256 = createHash('sha256').update(text).digest('hex')): string =>
    JSON.stringify({ key, sizeBytes: text.length, sha256 });
  const verify = (): Promise<Ended> => end(process.execPath, ['docker/objects.mjs', 'verify', folder]);

  it('finds the files that were listed as they were', async () => {
    write('objects/documents/a', text);
    write('objects.jsonl', `${entry('documents/a')}\n`);
    expect(await verify()).toMatchObject({ code: 0, out: '1 objects are as they were listed\n' });
  });

  it('finds one that has changed in place, and one that was cut', async () => {
    write('objects.jsonl', `${entry('a')}\n`);
    write('objects/a', text.replace('t', 'T'));
    expect(await verify()).toMatchObject({ code: 1, err: expect.stringContaining('has changed') });
    write('objects/a', text.slice(1));
    expect(await verify()).toMatchObject({ code: 1, err: expect.stringContaining('21 bytes instead of 22') });
  });

  it('reads nothing outside the folder, whatever the list says', async () => {
    write('objects.jsonl', `${entry('../objects.jsonl')}\n`);
    expect(await verify()).toMatchObject({ code: 1, err: expect.stringContaining('not a key') });
  });

  it('says which setting it misses', async () => {
    const { code, err } = await end(process.execPath, ['docker/objects.mjs', 'export', folder], {
      S3_ACCESS_KEY: 'key',
    });
    expect([code, err]).toEqual([1, 'S3_ENDPOINT, S3_SECRET_KEY must be set.\n']);
  });
});

describe('docker/restore.sh and backup.sh', () => {
  it('touch nothing when a part of the backup is missing', async () => {
    write('database.dump');
    expect(await end('bash', ['docker/restore.sh', folder])).toMatchObject({
      code: 1,
      err: `restore.sh: ${folder} is not a complete backup: it has no objects.jsonl.\n`,
    });
    expect(await end('bash', ['docker/restore.sh', folder, '--force'])).toMatchObject({ code: 1 });
  });

  /** Programs of PostgreSQL that note how they were called. */
  const withPostgres = (): Record<string, string> => {
    const note = `echo "\${0##*/} $*" >>"${join(folder, 'calls')}"`;
    write('bin/pg_dump', `#!/bin/sh\n${note}\necho dump\n`);
    write('bin/pg_restore', `#!/bin/sh\n${note}\ncat >/dev/null\n`);
    write('bin/psql', `#!/bin/sh\n${note}\necho 0\n`);
    for (const name of ['pg_dump', 'pg_restore', 'psql']) chmodSync(join(folder, 'bin', name), 0o755);
    return {
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      DATABASE_URL: 'postgres://nobody:hidden@127.0.0.1:1/none?sslmode=require',
      S3_ENDPOINT: 'http://127.0.0.1:1',
      S3_ACCESS_KEY: 'key',
      S3_SECRET_KEY: 'hidden',
    };
  };
  const calls = (): string => readFileSync(join(folder, 'calls'), 'utf8');

  it('leave no folder that looks like a backup when a store cannot be reached', async () => {
    const backups = join(folder, 'backups');
    const { code, out, err } = await end('bash', ['docker/backup.sh', backups], withPostgres());
    expect(out).toContain('backup: database, 5 bytes');
    expect([code === 0, readdirSync(backups)]).toEqual([false, []]);
    expect(`${out}${err}${calls()}`).not.toContain('hidden');
  });

  it('leave none when the dump fails either', async () => {
    const env = withPostgres();
    write('bin/pg_dump', '#!/bin/sh\nexit 1\n');
    const { code } = await end('bash', ['docker/backup.sh', join(folder, 'backups')], env);
    expect([code, readdirSync(join(folder, 'backups'))]).toEqual([1, []]);
  });

  it('restore nothing from a backup that has changed', async () => {
    write('backup/database.dump', 'dump');
    write('backup/objects/a', 'other');
    write('backup/objects.jsonl', '{"key":"a","sizeBytes":5,"sha256":"0"}\n');
    const { code, err } = await end('bash', ['docker/restore.sh', join(folder, 'backup')], withPostgres());
    expect([code, err]).toEqual([1, expect.stringContaining('has changed since it was written')]);
    expect(existsSync(join(folder, 'calls'))).toBe(false);
  });

  it('restore into no database that holds anything, and none without the extension', async () => {
    write('backup/database.dump', 'dump');
    write('backup/objects.jsonl');
    const env = withPostgres();
    const restore = (): Promise<Ended> => end('bash', ['docker/restore.sh', join(folder, 'backup')], env);
    expect(await restore()).toMatchObject({ code: 1, err: expect.stringContaining('extension vector') });
    write('bin/psql', '#!/bin/sh\necho 21\n');
    expect(await restore()).toMatchObject({ code: 1, err: expect.stringContaining('not empty') });
    write('bin/psql', '#!/bin/sh\nexit 2\n');
    expect((await restore()).code).toBe(2);
    expect(calls()).not.toMatch(/pg_restore .*--single-transaction/);
  });
});
