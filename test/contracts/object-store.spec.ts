import { mkdtemp, readdir, rm, utimes, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { DiskObjectStore } from '../../src/platform/object-storage/disk-object-store.js';
import { S3ObjectStore } from '../../src/platform/object-storage/s3-object-store.js';
import { InMemoryObjectStore } from '../fakes/in-memory-object-store.js';
import { describeOnS3, TestBucket } from '../s3.js';
import { describeObjectStore } from './object-store.contract.js';

const outside = { assertOutside: () => undefined };
const folders: string[] = [];
const aFolder = async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'objects-'));
  folders.push(folder);
  return folder;
};
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

describeObjectStore('InMemoryObjectStore', async () => new InMemoryObjectStore());
describeObjectStore('DiskObjectStore', async () => new DiskObjectStore(await aFolder(), outside), {
  unfinished: () => readdir(path.join(folders.at(-1)!, '.unfinished')),
});
describeOnS3('S3', () => {
  let test: TestBucket;
  beforeAll(async () => {
    test = await TestBucket.open();
  });
  afterAll(() => test.remove());

  describeObjectStore(
    'S3ObjectStore',
    async () => {
      await test.empty();
      return new S3ObjectStore(test.bucket, outside, test.logger, 10);
    },
    { unfinished: () => test.unfinished(), manyKeys: 35 },
  );
});

describe('DiskObjectStore', () => {
  const bytes = () => Readable.from([Buffer.from('x')], { objectMode: false });

  it('takes empty folders away with their last object', async () => {
    const root = await aFolder();
    const store = new DiskObjectStore(root, outside);
    await store.put('documents/a/original', bytes(), 10);
    await store.remove('documents/a/original');
    expect(await readdir(root)).toEqual(['.unfinished']);
  });

  it('clears what a killed process left long ago, and not what is being written now', async () => {
    const root = await aFolder();
    const folder = path.join(root, '.unfinished');
    await mkdir(folder);
    await writeFile(path.join(folder, 'old'), 'x');
    await writeFile(path.join(folder, 'young'), 'x');
    const twoDaysAgo = new Date(Date.now() - 48 * 60 * 60 * 1000);
    await utimes(path.join(folder, 'old'), twoDaysAgo, twoDaysAgo);
    await new DiskObjectStore(root, outside).put('a', bytes(), 10);
    expect(await readdir(folder)).toEqual(['young']);
  });

  it('refuses to work inside a transaction', async () => {
    const inside = {
      assertOutside: (what: string) => {
        throw new Error(`${what} inside a transaction`);
      },
    };
    const store = new DiskObjectStore(await aFolder(), inside);
    await expect(store.put('a', bytes(), 10)).rejects.toThrow('ObjectStore.put inside');
    await expect(store.get('a')).rejects.toThrow('ObjectStore.get inside');
    await expect(store.remove('a')).rejects.toThrow('ObjectStore.remove inside');
  });
});
