import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'minio';
import { databaseTemplate } from '../database-template.js';
import { onServer } from '../on-server.js';

const run = promisify(execFile);

/** The profile that this run of the suite is on; `jest.config.js` sets it for each of its two projects. */
export const profile: 'embedded' | 'services' =
  (globalThis as { protostarProfile?: 'services' }).protostarProfile ?? 'embedded';

/** The stores of one installation, which outlive its processes. */
export interface World {
  /** A folder of its own: the data folder of the embedded profile, and where its processes are started. */
  dataDir: string;
  /** The settings that lead to its stores. */
  env: Record<string, string>;
  /** Keys of the objects that lie in its store. */
  objects(): Promise<string[]>;
  /** Empties its Redis, as `FLUSHALL` would. Services profile only. */
  flushRedis(): Promise<void>;
  remove(): Promise<void>;
}

/** New, empty stores that are already initialised: the first start then takes a second. */
export const makeWorld = (): Promise<World> => (profile === 'embedded' ? embeddedWorld() : servicesWorld());

async function embeddedWorld(): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), 'protostar-e2e-'));
  const tar = join(dataDir, 'template.tar');
  await writeFile(tar, Buffer.from(await databaseTemplate()));
  await mkdir(join(dataDir, 'database'));
  await run('tar', ['-xf', tar, '-C', join(dataDir, 'database')]);
  await rm(tar);
  return {
    dataDir,
    env: { DATA_DIR: dataDir },
    objects: () => filesIn(join(dataDir, 'objects')),
    flushRedis: () => Promise.reject(new Error('The embedded profile has no Redis.')),
    remove: () => rm(dataDir, { recursive: true, force: true }),
  };
}

/** Read again when a folder goes while it is being read: a deletion is under way. */
async function filesIn(folder: string): Promise<string[]> {
  for (;;) {
    try {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name, parentPath }) => join(parentPath, name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || !existsSync(folder)) throw error;
    }
  }
}

const mostRedisDatabases = 15;

/** A database, a Redis database number and a bucket of its own on the servers of the environment. */
async function servicesWorld(): Promise<World> {
  const name = `e2e-${randomBytes(5).toString('hex')}`;
  const databaseUrl = new URL(setting('DATABASE_URL'));
  await onServer(databaseUrl, `CREATE DATABASE "${name}"`);
  const redis = await claimRedisDatabase(name);
  const dataDir = await mkdtemp(join(tmpdir(), 'protostar-e2e-'));
  const ownDatabase = new URL(databaseUrl);
  ownDatabase.pathname = `/${name}`;
  const s3 = await s3Client();
  return {
    dataDir,
    env: {
      DATA_DIR: dataDir,
      DATABASE_URL: ownDatabase.href,
      REDIS_URL: redis.url,
      S3_BUCKET: name,
      S3_ENDPOINT: setting('S3_ENDPOINT'),
      S3_REGION: process.env.S3_REGION ?? 'us-east-1',
      S3_ACCESS_KEY: setting('S3_ACCESS_KEY'),
      S3_SECRET_KEY: setting('S3_SECRET_KEY'),
    },
    objects: async () => ((await s3.bucketExists(name)) ? keysOf(s3, name) : []),
    flushRedis: () => redis.flush(),
    async remove() {
      await redis.release();
      await onServer(databaseUrl, `DROP DATABASE "${name}" WITH (FORCE)`);
      if (await s3.bucketExists(name)) {
        for (const key of await keysOf(s3, name)) await s3.removeObject(name, key);
        await s3.removeBucket(name);
      }
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function keysOf(s3: Client, bucket: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { name } of s3.listObjectsV2(bucket, '', true)) keys.push(name as string);
  return keys;
}

/** Database 0 keeps who has which of the others, so that suites beside each other do not meet. */
async function claimRedisDatabase(
  name: string,
): Promise<{ url: string; flush(): Promise<void>; release(): Promise<void> }> {
  const { Redis } = await import('ioredis');
  const base = setting('REDIS_URL').replace(/\/\d*$/, '');
  const registry = new Redis(`${base}/0`);
  for (let database = 1; database <= mostRedisDatabases; database++) {
    const key = `protostar-e2e:${database}`;
    if ((await registry.set(key, name, 'EX', 1_800, 'NX')) !== 'OK') continue;
    const own = new Redis(`${base}/${database}`);
    await own.flushdb();
    return {
      url: `${base}/${database}`,
      flush: async () => void (await own.flushdb()),
      async release() {
        await own.flushdb();
        await registry.del(key);
        await Promise.all([own.quit(), registry.quit()]);
      },
    };
  }
  await registry.quit();
  throw new Error('All Redis databases are taken by other tests.');
}

async function s3Client(): Promise<Client> {
  const { Client } = await import('minio');
  const { hostname, port, protocol } = new URL(setting('S3_ENDPOINT'));
  return new Client({
    endPoint: hostname,
    port: Number(port) || undefined,
    useSSL: protocol === 'https:',
    accessKey: setting('S3_ACCESS_KEY'),
    secretKey: setting('S3_SECRET_KEY'),
    region: process.env.S3_REGION ?? 'us-east-1',
  });
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run "npm run services:up".`);
  return value;
}
