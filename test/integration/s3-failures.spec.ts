import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { inspect } from 'node:util';
import type { S3Config } from '../../src/platform/config/s3.config.js';
import { openS3Bucket } from '../../src/platform/object-storage/open-s3-bucket.js';
import { S3Bucket, type ReachableS3, type S3Limits } from '../../src/platform/object-storage/s3-bucket.js';
import { S3ObjectStore } from '../../src/platform/object-storage/s3-object-store.js';
import { StoreRefusedError } from '../../src/platform/stores/connect-patiently.js';
import { SilentLogger } from '../fakes/silent-logger.js';
import { s3Config } from '../s3.js';
import { answer, emptyList, refuse, ScriptedS3, silence, type S3Answer } from '../scripted-s3.js';
import { waitFor } from '../wait-for.js';

const accessKey = 'AKIAEXAMPLE';
const secretKey = 'the-secret-of-the-store';
const unavailable = { code: 'object-store.unavailable', kind: 'unavailable', retryable: true };
const outside = { assertOutside: () => undefined };

let server: ScriptedS3;
let logger: SilentLogger;
beforeEach(async () => {
  server = await ScriptedS3.open();
  logger = new SilentLogger();
});
afterEach(() => server.close());

const settings = (): S3Config & ReachableS3 =>
  Object.assign(s3Config(), { endpoint: server.endpoint, accessKey, secretKey, bucket: 'bucket' });
const aBucket = (limits: Partial<S3Limits> = {}): S3Bucket =>
  new S3Bucket(settings(), { drainMs: 50, ...limits });
const aStore = (limits: Partial<S3Limits> = {}): S3ObjectStore =>
  new S3ObjectStore(aBucket(limits), outside, logger);
const bytes = (length = 1) => Readable.from([Buffer.alloc(length)], { objectMode: false });
const drain = async (keys: AsyncIterable<unknown>) => {
  for await (const _ of keys);
};
const operations: [string, (store: S3ObjectStore) => Promise<unknown>][] = [
  ['put', (store) => store.put('key', bytes(), 10)],
  ['get', (store) => store.get('key')],
  ['remove', (store) => store.remove('key')],
  ['list', (store) => drain(store.list(''))],
  ['copy', (store) => store.copy('key', 'other')],
];
const part = 8 * 1024 * 1024;
const begun = answer(
  200,
  '<InitiateMultipartUploadResult><UploadId>upload-1</UploadId></InitiateMultipartUploadResult>',
);

describe('S3ObjectStore, when the server fails', () => {
  it.each(operations)('gives up %s when no answer comes', async (_, run) => {
    server.answers = [silence];
    await expect(run(aStore({ callMs: 50, transferMs: 50 }))).rejects.toMatchObject(unavailable);
    await waitFor(async () => (await server.connections()) === 0);
    expect(server.requests).toHaveLength(1);
  });

  it.each(operations)('tries %s again when the server is busy, three times in all', async (_, run) => {
    server.answers = [answer(503)];
    await expect(run(aStore())).rejects.toMatchObject(unavailable);
    expect(server.requests).toHaveLength(3);
  });

  it('does not mind a busy moment or a broken connection', async () => {
    server.answers = [
      answer(503, 'x'.repeat(100_000)),
      (response) => response.destroy(),
      answer(200, 'bytes'),
    ];
    expect((await buffer(await aStore().get('key'))).toString()).toBe('bytes');
  });

  it.each(operations)('does not try %s again when it is refused', async (_, run) => {
    server.answers = [refuse(403, 'AccessDenied')];
    await expect(run(aStore())).rejects.toMatchObject(unavailable);
    expect(server.requests).toHaveLength(1);
  });

  it.each(operations)(
    'takes a bucket that is gone for a failure of %s, not for a missing object',
    async (_, run) => {
      server.answers = [refuse(404, 'NoSuchBucket')];
      await expect(run(aStore())).rejects.toMatchObject(unavailable);
    },
  );

  it('takes a page of another server for a failure', async () => {
    server.answers = [answer(404, '<html><body>Not here</body></html>')];
    await expect(aStore().get('key')).rejects.toMatchObject(unavailable);
    server.answers = [answer(200, '<html><body>Welcome</body></html>')];
    await expect(drain(aStore().list(''))).rejects.toMatchObject(unavailable);
  });

  it('ends a reading whose connection breaks, or falls silent, in the middle', async () => {
    const half = { 'content-length': '10' };
    server.answers = [(response) => response.writeHead(200, half).write('half', () => response.destroy())];
    await expect(buffer(await aStore().get('key'))).rejects.toMatchObject(unavailable);
    server.answers = [(response) => void response.writeHead(200, half).write('half')];
    await expect(buffer(await aStore({ silenceMs: 50 }).get('key'))).rejects.toMatchObject(unavailable);
  });

  it('waits for a reader who takes their time', async () => {
    const large = 20_000_000;
    server.answers = [(response) => void response.end(Buffer.alloc(large)), silence];
    const store = aStore({ silenceMs: 50 });
    const reading = await store.get('key');
    for (let silent = 0; silent < 4; silent += 1)
      await expect(store.remove('other')).rejects.toMatchObject(unavailable);
    expect(await buffer(reading)).toHaveLength(large);
  });

  it('gives no other bytes than were asked for when the server knows no ranges', async () => {
    server.answers = [answer(200, '0123456789')];
    await expect(aStore().get('key', { start: 3, end: 4 })).rejects.toMatchObject(unavailable);
  });

  it('takes a refusal within a 200 for one', async () => {
    server.answers = [refuse(200, 'InternalError')];
    await expect(aStore().copy('key', 'other')).rejects.toMatchObject(unavailable);
    server.answers = [begun, answer(200, '', { etag: '"a"' }), answer(200, '', { etag: '"b"' })];
    server.answers.push(refuse(200, 'InternalError'), answer(204));
    await expect(aStore().put('key', bytes(part + 1), part * 2)).rejects.toMatchObject(unavailable);
    expect(server.seen.at(-1)).toBe('DELETE ?uploadId=upload-1');
  });

  it('takes back the parts of an object whose later parts are refused', async () => {
    server.answers = [begun, answer(200, '', { etag: '"a"' }), refuse(400, 'BadDigest'), answer(204)];
    await expect(aStore().put('key', bytes(part * 2), part * 3)).rejects.toMatchObject({
      ...unavailable,
      cause: { code: 'BadDigest' },
    });
    expect(server.seen).toEqual([
      'POST ?uploads',
      'PUT ?partNumber=1&uploadId=upload-1',
      'PUT ?partNumber=2&uploadId=upload-1',
      'DELETE ?uploadId=upload-1',
    ]);
    expect(server.requests.map(({ body }) => body.length)).toEqual([0, part, part, 0]);
  });

  it('tells why an object could not be stored also when its parts cannot be taken back', async () => {
    server.answers = [begun, answer(200, '', { etag: '"a"' }), refuse(403, 'AccessDenied')];
    const source = Readable.from(
      (function* () {
        yield Buffer.alloc(part + 1);
        throw new Error('the client left');
      })(),
      { objectMode: false },
    );
    await expect(aStore().put('key', source, part * 2)).rejects.toThrow('the client left');
    expect(logger.lines).toMatchObject([{ level: 'warn', message: 'object-store.upload-left-unfinished' }]);
  });

  it.each(operations)('keeps keys and signatures out of what %s throws', async (_, run) => {
    const echo: S3Answer = (response, request) =>
      refuse(
        403,
        'SignatureDoesNotMatch',
        `<AWSAccessKeyId>${accessKey}</AWSAccessKeyId><StringToSign>${request.headers.authorization}</StringToSign>`,
      )(response, request);
    server.answers = [echo];
    const thrown = await run(aStore()).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ ...unavailable, cause: { code: 'SignatureDoesNotMatch' } });
    const shown = inspect(thrown, { depth: 10, showHidden: true });
    for (const secret of [accessKey, secretKey, 'Signature=']) expect(shown).not.toContain(secret);
  });

  it.each(operations)('refuses %s inside a transaction', async (name, run) => {
    const inside = {
      assertOutside: (what: string) => {
        throw new Error(`${what} inside a transaction`);
      },
    };
    const store = new S3ObjectStore(aBucket(), inside, logger);
    await expect(run(store)).rejects.toThrow(`ObjectStore.${name} inside`);
    expect(server.requests).toEqual([]);
  });
});

describe('S3Bucket, when it is probed', () => {
  it('answers for a bucket that is there', async () => {
    server.answers = [answer(200)];
    await expect(aBucket().check()).resolves.toBeUndefined();
  });

  it.each([
    ['the server says nothing', silence, 'no answer within 50 ms'],
    ['the bucket is gone', answer(404), 'the bucket is gone'],
    ['the key is refused', answer(403), 'HTTP 403'],
    ['the server is busy', answer(503), 'HTTP 503'],
  ])('fails once when %s', async (_, says, why) => {
    server.answers = [says];
    await expect(aBucket({ checkMs: 50 }).check()).rejects.toThrow(why);
    expect(server.requests).toHaveLength(1);
  });
});

describe('S3Bucket, at its end', () => {
  it('fails what is under way, takes its parts away, and holds no connection', async () => {
    server.answers = [begun, silence, answer(204)];
    const bucket = aBucket();
    const store = new S3ObjectStore(bucket, outside, logger);
    const put = store.put('key', bytes(part + 1), part * 2);
    const failure = put.catch((error: unknown) => error);
    await waitFor(() => server.requests.length === 2);
    await bucket.close();
    expect(await failure).toMatchObject(unavailable);
    expect(server.seen.at(-1)).toBe('DELETE ?uploadId=upload-1');
    await waitFor(async () => (await server.connections()) === 0);
    await expect(store.get('key')).rejects.toMatchObject(unavailable);
    expect(server.requests).toHaveLength(3);
  });

  it('lets a call that is about to end do so', async () => {
    let finish = (): void => undefined;
    server.answers = [(response) => (finish = () => void response.writeHead(204).end())];
    const bucket = aBucket({ drainMs: 10_000 });
    const removed = new S3ObjectStore(bucket, outside, logger).remove('key');
    await waitFor(() => server.requests.length === 1);
    const closed = bucket.close();
    finish();
    await expect(Promise.all([removed, closed])).resolves.toEqual([undefined, undefined]);
  });
});

describe('openS3Bucket', () => {
  it('waits for a server that is not up yet', async () => {
    server.answers = [
      (response) => response.destroy(),
      answer(503),
      emptyList,
      emptyList,
      refuse(403, 'AccessDenied'),
    ];
    await (await openS3Bucket(settings(), 10_000, logger)).close();
    expect(logger.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'warn store.unreachable',
      'warn store.unreachable',
      'info object-store.opened',
    ]);
  });

  it('says which setting names a server that does not answer', async () => {
    const nobody = createServer().listen(0, '127.0.0.1');
    await waitFor(() => nobody.listening);
    const endpoint = `http://127.0.0.1:${(nobody.address() as AddressInfo).port}`;
    await new Promise((resolve) => nobody.close(resolve));
    const opening = openS3Bucket(Object.assign(settings(), { endpoint }), 300, logger);
    await expect(opening).rejects.toThrow(StoreRefusedError);
    await expect(opening).rejects.toThrow(
      new RegExp(`${endpoint} could not be reached.*ECONNREFUSED.*S3_ENDPOINT`),
    );
  });

  it.each([
    ['InvalidAccessKeyId', 'S3_ACCESS_KEY'],
    ['SignatureDoesNotMatch', 'S3_SECRET_KEY'],
    ['AccessDenied', 'bucket'],
    ['RequestTimeTooSkewed', 'clock'],
    ['AuthorizationHeaderMalformed', 'S3_REGION'],
  ])('does not wait where waiting will not help: %s', async (code, hint) => {
    server.answers = [refuse(403, code)];
    const opening = openS3Bucket(settings(), 60_000, logger);
    await expect(opening).rejects.toThrow(StoreRefusedError);
    await expect(opening).rejects.toThrow(new RegExp(`S3_ENDPOINT.*"bucket".*${code}.*${hint}`));
    expect(server.requests).toHaveLength(1);
  });

  it('makes a bucket that is missing, and leaves one that belongs to others', async () => {
    server.answers = [refuse(404, 'NoSuchBucket'), answer(200), emptyList, refuse(403, 'AccessDenied')];
    await (await openS3Bucket(settings(), 10_000, logger)).close();
    expect(server.requests[1]).toMatchObject({ method: 'PUT', url: '/bucket', body: Buffer.alloc(0) });
    const lost = [refuse(404, 'NoSuchBucket'), refuse(409, 'BucketAlreadyExists')];
    server.answers = [...lost, refuse(403, 'AccessDenied')];
    await expect(openS3Bucket(settings(), 60_000, logger)).rejects.toThrow('S3_BUCKET');
    // What some servers say when another process of the same start was faster.
    server.answers = [...lost, emptyList, emptyList, refuse(403, 'AccessDenied')];
    await (await openS3Bucket(settings(), 10_000, logger)).close();
  });

  it('warns of a bucket whose files strangers can list, or only read', async () => {
    const one = answer(
      200,
      '<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a/b</Key><LastModified>2026-01-01T00:00:00Z</LastModified><Size>1</Size></Contents></ListBucketResult>',
    );
    const warning = { level: 'warn', message: 'object-store.bucket-is-public', fields: { bucket: 'bucket' } };
    server.answers = [one, one, one];
    await (await openS3Bucket(settings(), 10_000, logger)).close();
    server.answers = [one, one, refuse(403, 'AccessDenied'), answer(200, '', { 'content-length': '1' })];
    await (await openS3Bucket(settings(), 10_000, logger)).close();
    expect(logger.lines.filter(({ level }) => level === 'warn')).toMatchObject([warning, warning]);
    const last = server.requests.at(-1)!;
    expect([last.method, last.url, last.headers.authorization]).toEqual(['HEAD', '/bucket/a/b', undefined]);
  });
});
