import { Readable } from 'node:stream';
import { openS3Bucket } from '../../src/platform/object-storage/open-s3-bucket.js';
import { S3ObjectStore } from '../../src/platform/object-storage/s3-object-store.js';
import { S3UnfinishedUploads } from '../../src/platform/object-storage/s3-unfinished-uploads.js';
import { StoreRefusedError } from '../../src/platform/stores/connect-patiently.js';
import { SilentLogger } from '../fakes/silent-logger.js';
import { describeOnS3, s3Config, TestBucket } from '../s3.js';

const bytes = (text: string) => Readable.from([Buffer.from(text)], { objectMode: false });
const outside = { assertOutside: () => undefined };
const hourMs = 60 * 60 * 1000;

describeOnS3('a bucket on a real server', () => {
  let test: TestBucket;
  let store: S3ObjectStore;
  beforeAll(async () => {
    test = await TestBucket.open({ presign: true });
    store = new S3ObjectStore(test.bucket, outside, test.logger);
  });
  afterAll(() => test.remove());

  const download = { method: 'GET', contentType: 'text/html', contentDisposition: 'attachment' } as const;

  it('is made once, however many start at the same time', async () => {
    const config = s3Config();
    const logger = new SilentLogger();
    const buckets = await Promise.all([1, 2, 3].map(() => openS3Bucket(config, 10_000, logger)));
    await Promise.all(buckets.map((bucket) => bucket.close()));
    await test.client.removeBucket(config.bucket);
    const counted = (message: string) => logger.lines.filter((line) => line.message === message).length;
    expect(counted('object-store.opened')).toBe(3);
    expect(counted('object-store.bucket-made')).toBeGreaterThan(0);
  });

  it('is closed to strangers', async () => {
    await store.put('private', bytes('x'), 10);
    expect(test.logger.lines.filter(({ level }) => level === 'warn')).toEqual([]);
    for (const path of ['', '/private']) {
      const { ok } = await fetch(`${test.config.endpoint}/${test.name}${path}`);
      expect(ok).toBe(false);
    }
  });

  it.each([
    ['secretKey', 'S3_SECRET_KEY'],
    ['accessKey', 'S3_ACCESS_KEY'],
  ] as const)('refuses a wrong %s at once', async (key, setting) => {
    const opening = openS3Bucket(test.configWith({ [key]: 'wrong' }), 60_000, test.logger);
    await expect(opening).rejects.toThrow(StoreRefusedError);
    await expect(opening).rejects.toThrow(setting);
  });

  it('gives links that name one object, for a minute', async () => {
    await store.put('linked', bytes('<b>bytes</b>'), 100);
    const link = new URL((await store.downloadUrl('linked', download))!);
    expect(link.searchParams.get('X-Amz-Expires')).toBe('60');
    const fetched = await fetch(link);
    expect([fetched.status, await fetched.text()]).toEqual([200, '<b>bytes</b>']);
    expect(fetched.headers.get('content-disposition')).toBe('attachment');
    for (const [name, value] of [
      ['X-Amz-Expires', '600000'],
      ['response-content-disposition', 'inline'],
    ] as const) {
      const altered = new URL(link);
      altered.searchParams.set(name, value);
      expect((await fetch(altered)).status).toBe(403);
    }
    const other = new URL(link);
    other.pathname = other.pathname.replace('linked', 'private');
    expect((await fetch(other)).status).toBe(403);
    expect((await fetch(link, { method: 'DELETE' })).status).toBe(403);
    const past = new Date(Date.now() - 2 * 60 * 1000);
    const expired = await test.client.presignedUrl('GET', test.name, 'linked', 60, {}, past);
    expect((await fetch(expired)).status).toBe(403);
  });

  it('gives links under the address that browsers reach', async () => {
    const publicEndpoint = 'https://files.example.com';
    const bucket = await openS3Bucket(test.configWith({ publicEndpoint }), 10_000, test.logger);
    const link = await new S3ObjectStore(bucket, outside, test.logger).downloadUrl('linked', download);
    await bucket.close();
    expect(link).toMatch(new RegExp(`^https://files\\.example\\.com/${test.name}/linked\\?`));
  });

  it('gives none when they are not switched on', async () => {
    const bucket = await openS3Bucket(test.configWith({ presign: false }), 10_000, test.logger);
    expect(await new S3ObjectStore(bucket, outside, test.logger).downloadUrl('linked', download)).toBeNull();
    await bucket.close();
  });

  it('loses the parts that a killed process left, a day later', async () => {
    for (const key of ['left/a', 'left/b'])
      await test.client.initiateNewMultipartUpload(test.name, key, { 'content-type': 'text/plain' });
    const sweepIn = (ageMs: number) =>
      new S3UnfinishedUploads(test.bucket, test.logger, () => Date.now() + ageMs).sweep();
    expect(await sweepIn(23 * hourMs)).toBe(0);
    expect(await test.unfinished()).toEqual(['left/a', 'left/b']);
    expect(await sweepIn(25 * hourMs)).toBe(2);
    expect(await test.unfinished()).toEqual([]);
  });
});
