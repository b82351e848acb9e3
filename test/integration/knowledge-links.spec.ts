import { createHash } from 'node:crypto';
import type { Transaction } from '../../src/platform/database/transaction.port.js';
import type { DownloadHeaders } from '../../src/platform/object-storage/object-store.port.js';
import { S3ObjectStore } from '../../src/platform/object-storage/s3-object-store.js';
import { InMemoryObjectStore } from '../fakes/in-memory-object-store.js';
import { describeOnS3, TestBucket } from '../s3.js';
import { KnowledgeWorld } from './knowledge-world.js';

const text = 'The first paragraph.\n둘째 문단입니다.';
const filename = '보고서 (1) 100%+.txt';
const disposition = `attachment; filename="___ (1) 100_+.txt"; filename*=UTF-8''%EB%B3%B4%EA%B3%A0%EC%84%9C%20%281%29%20100%25%2B.txt`;

class LinkingObjectStore extends InMemoryObjectStore {
  readonly asked: DownloadHeaders[] = [];

  override async downloadUrl(key: string, headers: DownloadHeaders): Promise<string> {
    this.asked.push(headers);
    return `https://store.example/${key}?signature=1`;
  }
}

describe('the content of a document, in a store that can be linked to', () => {
  const objects = new LinkingObjectStore();
  let world: KnowledgeWorld;
  let path: string;
  beforeAll(async () => {
    world = await KnowledgeWorld.open({ AUTH_MODE: 'token' }, () => objects);
    world.headers = await headersOf('ann');
    const { id } = await world.aDocument(await world.defaultCollection(), text, filename);
    path = `/documents/${id}/content`;
  });
  afterAll(() => world.close());
  beforeEach(() => objects.asked.splice(0));

  const headersOf = async (owner: string) => {
    const { key } = await world.probe.keys.create({ owner, role: 'user', name: owner });
    return { authorization: `Bearer ${key}` };
  };

  it('is a redirection that no cache keeps', async () => {
    const [key] = await world.objectKeys();
    const { status, headers, text: body } = await world.get(path, { range: 'bytes=0-3' });
    expect([status, body]).toEqual([307, '']);
    expect(headers).toMatchObject({
      location: `https://store.example/${key}?signature=1`,
      'cache-control': 'no-store',
    });
    expect(headers.etag).toBeUndefined();
    expect(objects.asked).toEqual([
      { method: 'GET', contentType: 'text/plain', contentDisposition: disposition },
    ]);
  });

  it('is one for HEAD too, with a link for that method', async () => {
    const { status, headers } = await world.send('HEAD', path);
    expect([status, headers.location]).toEqual([307, expect.stringMatching(/^https:\/\/store\.example\//)]);
    expect(objects.asked).toMatchObject([{ method: 'HEAD' }]);
  });

  it('is not sent again to whoever has it', async () => {
    const etag = `"${createHash('sha256').update(text).digest('hex')}"`;
    const known = await world.get(path, { 'if-none-match': etag });
    expect([known.status, known.headers.location]).toEqual([304, undefined]);
  });

  it('belongs to its owner alone', async () => {
    const stranger = await world.get(path, await headersOf('bob'));
    expect([stranger.status, stranger.headers.location]).toEqual([404, undefined]);
    expect((await world.get(path, { authorization: '' })).status).toBe(401);
    expect((await world.get(`${path}?version=2`)).status).toBe(404);
    expect(objects.asked).toEqual([]);
  });
});

describeOnS3('the content of a document on S3, with S3_PRESIGN=true', () => {
  let test: TestBucket;
  let world: KnowledgeWorld;
  beforeAll(async () => {
    test = await TestBucket.open({ presign: true });
    world = await KnowledgeWorld.open(
      {},
      (transaction: Transaction) => new S3ObjectStore(test.bucket, transaction, test.logger),
    );
  });
  afterAll(async () => {
    await world.close();
    await test.remove();
  });

  it('comes from the store as the download that it is here, whole, in ranges and conditionally', async () => {
    const { id } = await world.aDocument(await world.defaultCollection(), text, filename);
    const link = async (method = 'GET') =>
      (await world.send(method, `/documents/${id}/content`)).headers.location!;
    const whole = await fetch(await link());
    expect([whole.status, await whole.text()]).toEqual([200, text]);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': expect.stringMatching(/^text\/plain/),
      'content-disposition': disposition,
      'content-length': String(Buffer.byteLength(text)),
    });
    const part = await fetch(await link(), { headers: { range: 'bytes=4-8' } });
    expect([part.status, await part.text()]).toEqual([206, 'first']);
    const beyond = await fetch(await link(), { headers: { range: 'bytes=9999-' } });
    expect(beyond.status).toBe(416);
    const known = await fetch(await link(), { headers: { 'if-none-match': whole.headers.get('etag')! } });
    expect(known.status).toBe(304);
    const head = await fetch(await link('HEAD'), { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(Buffer.byteLength(text))]);
    expect(head.headers.get('content-disposition')).toBe(disposition);
  });

  it('is followed by a client on its own', async () => {
    const { id } = await world.aDocument(await world.defaultCollection(), 'Follow me.', 'b.txt');
    const url = `http://127.0.0.1:${world.probe.port}/api/v1/documents/${id}/content`;
    const response = await fetch(url, { headers: { range: 'bytes=0-5' } });
    expect([response.redirected, response.status, await response.text()]).toEqual([true, 206, 'Follow']);
  });

  it('is ingested and removed like any other', async () => {
    const document = await world.aReadyDocument(await world.defaultCollection(), 'Ready to be removed.');
    expect(document.status).toBe('ready');
    expect((await world.get(`/documents/${document.id}/text`)).text).toBe('Ready to be removed.');
    const own = async () => (await world.objectKeys()).filter((key) => key.includes(document.id));
    expect(await own()).toHaveLength(2);
    await world.send('DELETE', `/documents/${document.id}`);
    await world.drain();
    expect(await own()).toEqual([]);
  });
});
