import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { listeningUrl } from '../test/listening-line.js';
import { memoryMibOf } from '../test/process-memory.js';

/*
 * How much memory the API process takes for one large upload and for its download, as its users make them, on the
 * stores of production. No worker runs, so that nothing else happens.
 * Usage: npm run bench:upload [-- <megabytes>]      (servers: npm run services:up)
 */

const mebibyte = 1024 * 1024;
const boundary = 'protostar-bench';
(globalThis as { protostarProfile?: 'services' }).protostarProfile = 'services';

/** A PDF by its first bytes; what follows is never read here. */
function* multipart(bytes: number): Generator<Buffer> {
  yield Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="large.pdf"\r\n` +
      'content-type: application/pdf\r\n\r\n',
  );
  yield Buffer.from('%PDF-1.7\n');
  for (let left = bytes - 9; left > 0; left -= 65_536) yield Buffer.alloc(Math.min(left, 65_536), left % 256);
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}

async function upload(url: string, bytes: number): Promise<string> {
  const outgoing = request(url, {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  });
  const answered = once(outgoing, 'response');
  await pipeline(Readable.from(multipart(bytes), { objectMode: false }), outgoing);
  const [response] = (await answered) as [Readable & { statusCode: number }];
  const text = (await response.toArray()).join('');
  if (response.statusCode !== 202) throw new Error(`${response.statusCode} ${text}`);
  return (JSON.parse(text) as { data: { id: string }[] }).data[0]!.id;
}

async function download(url: string): Promise<number> {
  const response = await fetch(url);
  let bytes = 0;
  for await (const part of response.body!) bytes += part.length;
  return bytes;
}

async function main(): Promise<void> {
  if (!process.env.DATABASE_URL && existsSync('.services/env')) process.loadEnvFile('.services/env');
  if (!process.env.DATABASE_URL) {
    console.error('The servers of production are not up: run "npm run services:up" first.');
    process.exit(2);
  }
  const bytes = Number(process.argv[2] ?? 500) * 1e6;
  const { makeWorld } = await import('../test/e2e/world.js');
  const world = await makeWorld();
  const api = spawn(process.execPath, [resolve('dist/main/api.js')], {
    cwd: world.dataDir,
    env: { PATH: process.env.PATH, PORT: '0', ...world.env, FILE_LIMIT_BYTES: String(bytes * 2) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const url = await new Promise<string>((found, failed) => {
      createInterface({ input: api.stdout }).on('line', (line) => {
        const listening = listeningUrl(line);
        if (listening) found(`${listening}/api/v1`);
      });
      api.once('exit', (code) => failed(new Error(`The API ended (${code}).`)));
    });
    const collections = await (await fetch(`${url}/collections?name=default`)).json();
    const { id } = (collections as { data: { id: string }[] }).data[0]!;
    // What is loaded and allocated once for all uploads is no part of it.
    const first = await upload(`${url}/collections/${id}/documents`, mebibyte);
    await download(`${url}/documents/${first}/content`);
    let before = memoryMibOf(api.pid!, 'VmHWM')!;
    const report = (name: string, startedAt: number): void => {
      const peak = memoryMibOf(api.pid!, 'VmHWM')!;
      const more = (peak - before).toFixed(0);
      const rate = (bytes / 1e6 / ((performance.now() - startedAt) / 1_000)).toFixed(0);
      console.log(
        `${name.padEnd(8)} at most ${peak.toFixed(0)} MiB, ${more} MiB more than before; ${rate} MB/s`,
      );
      before = peak;
    };
    let startedAt = performance.now();
    const large = await upload(`${url}/collections/${id}/documents`, bytes);
    report('upload', startedAt);
    startedAt = performance.now();
    const read = await download(`${url}/documents/${large}/content`);
    if (read !== bytes) throw new Error(`${read} of ${bytes} bytes came back.`);
    report('download', startedAt);
  } finally {
    const gone = once(api, 'exit');
    api.kill('SIGKILL');
    await gone;
    await world.remove();
  }
}

await main();
