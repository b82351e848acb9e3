// The objects of S3_BUCKET as files, for backup.sh and restore.sh:
//
//   node docker/objects.mjs export FOLDER             every object to FOLDER/objects, with a list that has their hashes
//   node docker/objects.mjs verify FOLDER             the files are those of the list; asks no server
//   node docker/objects.mjs import FOLDER             into a bucket without objects; it is made when missing
//   node docker/objects.mjs import FOLDER --replace   afterwards the bucket holds these objects and no others
//
// Takes the S3_* variables of the application. FOLDER must be there.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { env } from 'node:process';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client } from 'minio';

const parallel = 8;
const attempts = 4;
/** The form of the application's own keys; another one could lead out of the folder. */
const keyPattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

const bucket = env.S3_BUCKET || 'protostar';
const region = env.S3_REGION || 'us-east-1';
const [, , command, folder, option] = process.argv;
const listFile = join(folder ?? '', 'objects.jsonl');
const fileOf = (key) => join(folder, 'objects', key);

function connect() {
  const missing = ['S3_ENDPOINT', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'].filter((name) => !env[name]);
  if (missing.length > 0) throw new Refusal(`${missing.join(', ')} must be set.`);
  const { protocol, hostname, port } = new URL(env.S3_ENDPOINT);
  return new Client({
    endPoint: hostname.replace(/^\[|\]$/g, ''),
    port: port ? Number(port) : undefined,
    useSSL: protocol === 'https:',
    region,
    accessKey: env.S3_ACCESS_KEY,
    secretKey: env.S3_SECRET_KEY,
    pathStyle: env.S3_PATH_STYLE !== 'false',
  });
}

/** Said without a stack. */
class Refusal extends Error {}

async function exportObjects() {
  const client = connect();
  const list = await open(listFile, 'wx');
  let lines = Promise.resolve();
  const counts = { objects: 0, bytes: 0, gone: 0 };
  await inParallel(client.listObjectsV2(bucket, '', true), async ({ name: key }) => {
    if (!keyPattern.test(key)) throw new Refusal(`${JSON.stringify(key)} is not a key of Protostar's.`);
    await mkdir(dirname(fileOf(key)), { recursive: true });
    const stored = await persistently(() => fetchTo(client, key));
    if (stored === null) return void counts.gone++;
    counts.objects++;
    counts.bytes += stored.sizeBytes;
    lines = lines.then(() => list.write(`${JSON.stringify({ key, ...stored })}\n`));
    await lines;
  });
  await list.sync();
  await list.close();
  return (
    `${counts.objects} objects, ${counts.bytes} bytes` +
    (counts.gone ? `, ${counts.gone} deleted meanwhile` : '')
  );
}

/** Null: deleted after it was listed. */
async function fetchTo(client, key) {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const measure = new Transform({
    transform(bytes, _encoding, done) {
      hash.update(bytes);
      sizeBytes += bytes.length;
      done(null, bytes);
    },
  });
  try {
    const source = await client.getObject(bucket, key);
    const expected = Number(source.headers?.['content-length'] ?? Number.NaN);
    await pipeline(source, measure, createWriteStream(fileOf(key), { flush: true }));
    if (Number.isFinite(expected) && expected !== sizeBytes)
      throw new Error(`${key}: ${sizeBytes} of ${expected} bytes came.`);
  } catch (error) {
    if (error.code === 'NoSuchKey') return null;
    throw error;
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

async function readList() {
  const text = await readFile(listFile, 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const entry = JSON.parse(line);
      if (!keyPattern.test(entry.key))
        throw new Refusal(`${JSON.stringify(entry.key)} is not a key of Protostar's.`);
      return entry;
    });
}

async function verify() {
  const entries = await readList();
  await inParallel(entries, verifyFile);
  return `${entries.length} objects are as they were listed`;
}

async function verifyFile({ key, sizeBytes, sha256 }) {
  const { size } = await stat(fileOf(key));
  if (size !== sizeBytes) throw new Refusal(`${fileOf(key)} has ${size} bytes instead of ${sizeBytes}.`);
  const hash = createHash('sha256');
  await pipeline(createReadStream(fileOf(key)), hash);
  if (hash.digest('hex') !== sha256) throw new Refusal(`${fileOf(key)} has changed since it was written.`);
}

async function importObjects() {
  const client = connect();
  const entries = await readList();
  await inParallel(entries, verifyFile);
  if (!(await client.bucketExists(bucket))) await client.makeBucket(bucket, region);
  const wanted = new Set(entries.map(({ key }) => key));
  const others = [];
  for await (const { name } of client.listObjectsV2(bucket, '', true)) {
    if (option !== '--replace')
      throw new Refusal(`The bucket ${bucket} is not empty. Name an empty one, or say --replace.`);
    if (!wanted.has(name)) others.push(name);
  }
  await inParallel(entries, ({ key, sizeBytes }) =>
    persistently(() => client.putObject(bucket, key, createReadStream(fileOf(key)), sizeBytes)),
  );
  await inParallel(others, (key) => persistently(() => client.removeObject(bucket, key)));
  return `${entries.length} objects written` + (others.length ? `, ${others.length} others removed` : '');
}

async function persistently(work) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** attempt));
    }
  }
}

/** Ends with the first failure, once the others in progress have ended too. */
async function inParallel(items, work) {
  const iterator = items[Symbol.asyncIterator]?.() ?? items[Symbol.iterator]();
  let failed = false;
  const lane = async () => {
    for (;;) {
      if (failed) return;
      const { done, value } = await iterator.next();
      if (done) return;
      await work(value).catch((error) => {
        failed = true;
        throw error;
      });
    }
  };
  const results = await Promise.allSettled(Array.from({ length: parallel }, lane));
  const failure = results.find(({ status }) => status === 'rejected');
  if (failure) throw failure.reason;
}

const commands = { export: exportObjects, verify, import: importObjects };
try {
  const run = Object.hasOwn(commands, command ?? '') ? commands[command] : undefined;
  if (!run || !folder || (option !== undefined && option !== '--replace'))
    throw new Refusal('Usage: node docker/objects.mjs export|verify|import FOLDER [--replace]');
  process.stdout.write(`${await run()}\n`);
} catch (error) {
  process.stderr.write(
    `${error instanceof Refusal || error.name === 'S3Error' ? error.message : error.stack}\n`,
  );
  process.exitCode = 1;
}
