import { connect } from 'node:net';
import { once } from 'node:events';
import { waitFor } from '../wait-for.js';
import { formBody, formHeaders, KnowledgeWorld, type DocumentJson } from './knowledge-world.js';

type Element = DocumentJson & { error: { code: string; status: number } | null };

describe('uploads', () => {
  let world: KnowledgeWorld;
  let collectionId: string;

  beforeAll(async () => {
    world = await KnowledgeWorld.open({ FILE_LIMIT_BYTES: '1000', FILES_PER_UPLOAD: '4' });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    collectionId = await world.aCollection(`c-${Math.random()}`);
  });

  const elements = (answer: { json<T>(): T }) => answer.json<{ data: Element[] }>().data;
  const documentCount = async () =>
    (await world.get(`/collections/${collectionId}/documents`)).json<{ data: unknown[] }>().data.length;

  it('judges each part by itself, in order', async () => {
    await world.aDocument(collectionId, 'known');
    const answer = await world.upload(collectionId, [
      { filename: 'empty.txt', content: '' },
      { filename: 'known.txt', content: 'known' },
      { filename: 'large.txt', content: 'x'.repeat(1001) },
      { filename: 'C:\\temp\\..\\new\u0007.txt', content: 'new' },
    ]);
    expect(answer.status).toBe(202);
    expect(elements(answer)).toMatchObject([
      { id: null, filename: 'empty.txt', error: { code: 'knowledge.file-empty', status: 422 } },
      { filename: 'note.txt', duplicate: true },
      { id: null, filename: 'large.txt', error: { code: 'request.too-large', status: 413 } },
      { filename: 'new.txt', title: 'new', duplicate: false, status: 'queued' },
    ]);
  });

  it('answers with the first refusal when nothing was accepted, and keeps nothing', async () => {
    const before = await world.objectKeys();
    const large = await world.upload(collectionId, [
      { filename: 'large.txt', content: 'x'.repeat(200_000) },
      { filename: 'empty.txt', content: '' },
    ]);
    expect([large.status, large.json()]).toMatchObject([
      413,
      { code: 'request.too-large', detail: expect.stringContaining('1000 bytes') },
    ]);
    const empty = await world.upload(collectionId, [{ filename: 'empty.txt', content: '' }]);
    expect([empty.status, empty.json()['code']]).toEqual([422, 'knowledge.file-empty']);
    const foreign = await world.upload(collectionId, [{ filename: 'a.bin', content: '\0\x01' }]);
    expect([foreign.status, foreign.json()['code']]).toEqual([415, 'knowledge.type-not-supported']);
    expect(await world.objectKeys()).toEqual(before);
    expect(await documentCount()).toBe(0);
  });

  it('takes a file of exactly the limit', async () => {
    const answer = await world.upload(collectionId, [{ filename: 'a.txt', content: 'x'.repeat(1000) }]);
    expect([answer.status, elements(answer)[0]!.sizeBytes]).toEqual([202, 1000]);
  });

  it('counts the same bytes twice in one form as one document', async () => {
    const answer = await world.upload(collectionId, [
      { filename: 'a.txt', content: 'same' },
      { filename: 'b.txt', content: 'same' },
    ]);
    const [first, second] = elements(answer);
    expect(answer.status).toBe(202);
    expect([first!.duplicate, second!.duplicate, second!.id]).toEqual([false, true, first!.id]);
  });

  it('takes metadata before or after the files, and for each of them', async () => {
    const metadata = { name: 'metadata', type: 'application/json', content: '{"a":1}' };
    for (const parts of [
      [metadata, { filename: 'a.txt', content: 'a' }],
      [{ filename: 'b.txt', content: 'b' }, { filename: 'c.txt', content: 'c' }, metadata],
    ]) {
      for (const element of elements(await world.upload(collectionId, parts))) {
        expect(element.metadata).toEqual({ a: 1 });
      }
    }
  });

  it('names what is wrong with a form, and keeps nothing of it', async () => {
    const file = { filename: 'a.txt', content: 'text' };
    const before = await world.objectKeys();
    const refused = async (parts: Parameters<typeof world.upload>[1]) => {
      const answer = await world.upload(collectionId, parts);
      return [answer.status, answer.json<{ errors: { path: string }[] }>().errors[0]!.path];
    };
    expect(await refused([file, { name: 'metadata', content: 'no json' }])).toEqual([400, '/metadata']);
    expect(await refused([file, { name: 'metadata', content: '[1]' }])).toEqual([400, '/metadata']);
    expect(await refused([file, { name: 'metadata', content: '{"a":{"b\\u0000":1}}' }])).toEqual([
      400,
      '/metadata/a/b\0',
    ]);
    expect(await refused([file, { name: 'metadata', content: '{"a":"\\ud800"}' }])).toEqual([
      400,
      '/metadata/a',
    ]);
    expect(
      await refused([file, { name: 'metadata', content: `${'{"a":'.repeat(20)}1${'}'.repeat(20)}` }]),
    ).toEqual([400, expect.stringMatching(/^\/metadata\/a\/a/)]);
    expect(await refused([file, { name: 'other', content: 'x' }])).toEqual([400, '/other']);
    expect(await refused([file, { name: 'other', filename: 'x.txt', content: 'x' }])).toEqual([
      400,
      '/other',
    ]);
    expect(await refused([{ content: 'no filename' }])).toEqual([400, '/file']);
    expect(await refused([{ name: 'metadata', content: '{}' }])).toEqual([400, '/file']);
    expect(await refused([])).toEqual([400, '/file']);
    const many = await world.upload(
      collectionId,
      Array.from({ length: 5 }, () => file),
    );
    expect(many.status).toBe(413);
    expect(await world.objectKeys()).toEqual(before);
    expect(await documentCount()).toBe(0);
  });

  it.each([
    ['no body', '', formHeaders],
    ['no boundary', formBody([{ filename: 'a', content: 'a' }]), { 'content-type': 'multipart/form-data' }],
    [
      'a foreign boundary',
      formBody([{ filename: 'a', content: 'a' }]),
      { 'content-type': 'multipart/form-data; boundary=x' },
    ],
    ['a cut body', formBody([{ filename: 'a.txt', content: 'abc' }]).subarray(0, -20), formHeaders],
    ['a cut header', formBody([{ filename: 'a.txt', content: 'abc' }]).subarray(0, 40), formHeaders],
    ['garbage', Buffer.from([0, 1, 2, 3, 255, 254]), formHeaders],
    ['only the end', Buffer.from('------protostar-test--\r\n'), formHeaders],
    ['a hostile name', formBody([{ name: '__proto__', content: 'a' }]), formHeaders],
    ['a hostile file', formBody([{ name: 'constructor', filename: 'a', content: 'a' }]), formHeaders],
  ])('answers 400 to %s', async (_, body, headers) => {
    const before = await world.objectKeys();
    const answer = await world.send('POST', `/collections/${collectionId}/documents`, body, headers);
    expect([answer.status, answer.json()['code']]).toEqual([400, 'request.invalid']);
    expect(await world.objectKeys()).toEqual(before);
  });

  it('keeps nothing of an upload whose client leaves in the middle', async () => {
    const before = await world.objectKeys();
    const body = formBody([
      { filename: 'whole.txt', content: 'whole' },
      { filename: 'half.txt', content: 'x'.repeat(900) },
    ]);
    const socket = connect(world.probe.port, '127.0.0.1');
    socket.write(
      `POST /api/v1/collections/${collectionId}/documents HTTP/1.1\r\nHost: localhost\r\n` +
        `Content-Type: ${formHeaders['content-type']}\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    socket.write(body.subarray(0, -300));
    await waitFor(async () => (await world.objectKeys()).length > before.length);
    socket.destroy();
    await once(socket, 'close');
    await waitFor(async () => (await world.objectKeys()).length === before.length);
    expect(await documentCount()).toBe(0);
  });

  it('takes a text as a document, and no URL that leads inside', async () => {
    const post = (body: object) => world.send('POST', `/collections/${collectionId}/documents`, body);
    const added = await post({ title: '회의록', text: '# 결정\n내용', metadata: { a: 1 } });
    expect([added.status, elements(added)[0]]).toMatchObject([
      202,
      { title: '회의록', filename: '회의록.md', metadata: { a: 1 }, duplicate: false },
    ]);
    expect((await post({ title: 'again', text: '# 결정\n내용' })).status).toBe(200);
    const url = await post({ url: 'http://127.0.0.1/a.pdf' });
    expect([url.status, url.json()['code']]).toEqual([422, 'knowledge.url-refused']);
    const empty = await post({ title: 'empty', text: '' });
    expect([empty.status, empty.json()['code']]).toEqual([422, 'knowledge.file-empty']);
    const large = await post({ title: 'large', text: 'x'.repeat(1001) });
    expect([large.status, large.json()['code']]).toEqual([413, 'request.too-large']);
    for (const body of [
      {},
      { title: 'x' },
      { text: 'x' },
      { title: '', text: 'x' },
      { title: 'a\u0007b', text: 'x' },
      { title: 'x', text: 1 },
      { title: 'x', text: 'x', metadata: 'x' },
      { title: 'x', text: 'x', metadata: [] },
      { title: 'x', text: 'x', more: 1 },
      { url: 'https://example.com', text: 'x' },
    ]) {
      expect([body, (await post(body)).status]).toEqual([body, 400]);
    }
    const other = await world.send('POST', `/collections/${collectionId}/documents`, 'x', {
      'content-type': 'text/plain',
    });
    expect(other.status).toBe(415);
  });

  it('replaces content by one file only', async () => {
    const { id } = await world.aDocument(collectionId, 'first');
    const put = (parts: Parameters<typeof formBody>[0], headers: Record<string, string> = {}) =>
      world.send('PUT', `/documents/${id}/content`, formBody(parts), { ...formHeaders, ...headers });
    const file = { filename: 'a.txt', content: 'second' };
    expect((await put([])).status).toBe(400);
    expect((await put([file, file])).status).toBe(413);
    expect((await put([file, { name: 'metadata', content: '{}' }])).status).toBe(400);
    expect((await put([{ filename: 'a.txt', content: '' }])).status).toBe(422);
    expect((await put([{ filename: 'a.txt', content: 'x'.repeat(1001) }])).status).toBe(413);
    expect((await put([{ filename: 'a.txt', content: '\0' }])).status).toBe(415);
    expect((await put([file], { 'if-match': '"7"' })).status).toBe(412);
    expect((await world.send('PUT', `/documents/${id}/content`, { a: 1 })).status).toBe(415);
    const own = (await world.objectKeys()).filter((key) => key.includes(id));
    expect(own).toHaveLength(1);
    expect((await put([file], { 'if-match': '"1"' })).status).toBe(202);
  });

  it('repeats nothing under the same idempotency key', async () => {
    const parts = [{ filename: 'a.txt', content: 'idempotent' }];
    const headers = { 'idempotency-key': 'upload-1' };
    const first = await world.upload(collectionId, parts, headers);
    const again = await world.upload(collectionId, parts, headers);
    expect([again.status, again.headers['idempotent-replayed']]).toEqual([202, 'true']);
    expect(elements(again)).toEqual(elements(first));
    const objects = await world.objectKeys();
    expect(objects.filter((key) => key.includes(elements(first)[0]!.id))).toHaveLength(1);
    for (const other of ['equal long', 'another one']) {
      const refused = await world.upload(collectionId, [{ filename: 'a.txt', content: other }], headers);
      expect([refused.status, refused.json()['code']]).toEqual([409, 'request.idempotency-key-reused']);
    }
    const renamed = await world.upload(collectionId, [{ ...parts[0]!, filename: 'b.txt' }], headers);
    expect(renamed.status).toBe(409);
    expect(await world.objectKeys()).toEqual(objects);
  });

  it('refuses a collection that is not there before it reads', async () => {
    const answer = await world.upload('018f0000-0000-7000-8000-000000000000', [
      { filename: 'a.txt', content: 'x' },
    ]);
    expect([answer.status, answer.json()['code']]).toEqual([404, 'knowledge.collection-not-found']);
    expect((await world.upload('no-id', [{ filename: 'a.txt', content: 'x' }])).status).toBe(400);
  });
});
