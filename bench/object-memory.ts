import 'reflect-metadata';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { loadConfiguration } from '../src/platform/config/load-configuration.js';
import { S3Config } from '../src/platform/config/s3.config.js';
import { DiskObjectStore } from '../src/platform/object-storage/disk-object-store.js';
import type { ObjectStore } from '../src/platform/object-storage/object-store.port.js';
import { openS3Bucket } from '../src/platform/object-storage/open-s3-bucket.js';
import { S3ObjectStore } from '../src/platform/object-storage/s3-object-store.js';
import { SilentLogger } from '../test/fakes/silent-logger.js';

/*
 * How much memory a process takes to put one large object and to read it back, on disk and, where S3_ENDPOINT,
 * S3_ACCESS_KEY and S3_SECRET_KEY are set, on S3. Each store in a process of its own.
 * Usage: npm run bench:objects [-- <megabytes>]
 */

const mebibyte = 1024 * 1024;
const sampleEveryMs = 5;
const outside = { assertOutside: () => undefined };

interface OpenStore {
  store: ObjectStore;
  close(): Promise<void>;
}

const stores: Record<string, () => Promise<OpenStore>> = {
  disk: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'protostar-bench-'));
    const store = new DiskObjectStore(folder, outside);
    return { store, close: () => rm(folder, { recursive: true }) };
  },
  s3: async () => {
    const logger = new SilentLogger();
    const config = loadConfiguration([S3Config]).get(S3Config);
    const bucket = await openS3Bucket(config, 10_000, logger);
    return { store: new S3ObjectStore(bucket, outside, logger), close: () => bucket.close() };
  },
};

/** New buffers all the time, as a socket gives them. */
const flow = (bytes: number): Readable =>
  Readable.from(
    (function* () {
      for (let left = bytes; left > 0; left -= 65_536) yield Buffer.alloc(Math.min(left, 65_536), left % 256);
    })(),
    { objectMode: false },
  );

/** Runs the work and prints what the process held before, and at most during it. */
async function measure(name: string, bytes: number, work: () => Promise<void>): Promise<void> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), sampleEveryMs);
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1_000;
  clearInterval(sampler);
  const inMebibytes = (value: number): string => `${(value / mebibyte).toFixed(0)} MiB`.padStart(8);
  console.log(
    `${name.padEnd(10)} RSS before ${inMebibytes(before)}, peak ${inMebibytes(peak)}, more ${inMebibytes(peak - before)}; ` +
      `${(bytes / 1e6 / seconds).toFixed(0)} MB/s`,
  );
}

async function run(name: string, bytes: number): Promise<void> {
  const opened = await stores[name]!();
  const { store } = opened;
  const key = `bench/${process.pid}`;
  // What is loaded and allocated once for all is no part of it.
  await store.put(key, flow(mebibyte), bytes);
  await measure(`${name} put`, bytes, async () => {
    await store.put(key, flow(bytes), bytes);
  });
  await measure(`${name} get`, bytes, async () => {
    let read = 0;
    for await (const piece of await store.get(key)) read += (piece as Buffer).length;
    if (read !== bytes) throw new Error(`${read} of ${bytes} bytes came back.`);
  });
  await store.remove(key);
  await opened.close();
}

const [first = '500', name] = process.argv.slice(2);
const megabytes = Number(first);
if (name !== undefined) await run(name, megabytes * 1e6);
else {
  console.log(`one object of ${megabytes} MB`);
  const { S3_ENDPOINT: endpoint } = process.env;
  for (const each of endpoint ? ['disk', 's3'] : ['disk']) {
    const child = fork(fileURLToPath(import.meta.url), [first, each]);
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) process.exitCode = 1;
  }
}
