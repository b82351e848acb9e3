import { createHash } from 'node:crypto';
import { formBody, formHeaders, KnowledgeWorld, type DocumentJson } from './knowledge-world.js';

describe('a document, from upload to removal', () => {
  let world: KnowledgeWorld;
  let collectionId: string;

  beforeAll(async () => {
    world = await KnowledgeWorld.open();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    collectionId = await world.aCollection(`c-${Math.random()}`);
  });

  const text = 'The first paragraph.\n둘째 문단입니다.\nThe third one, about PostgreSQL 18.';

  it('is accepted, ingested and read back', async () => {
    const answer = await world.upload(collectionId, [
      { filename: '보고서.txt', type: 'text/plain', content: text },
      { name: 'metadata', content: '{"year":2026,"tags":["a"]}' },
    ]);
    expect(answer.status).toBe(202);
    const [accepted] = answer.json<{ data: DocumentJson[] }>().data;
    expect(accepted).toEqual({
      id: expect.any(String),
      collectionId,
      title: '보고서',
      filename: '보고서.txt',
      mimeType: 'text/plain',
      sizeBytes: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
      source: null,
      version: 1,
      searchableVersion: null,
      status: 'queued',
      progress: { stage: 'queued', percent: 0, done: null, total: null, unit: null },
      metadata: { year: 2026, tags: ['a'] },
      generated: null,
      chunkCount: 0,
      attempts: 0,
      error: null,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      duplicate: false,
    });
    const { id } = accepted!;
    expect((await world.get(`/documents/${id}/text`)).status).toBe(404);
    expect(await world.drain()).toEqual([]);
    expect(await world.document(id)).toMatchObject({
      status: 'ready',
      progress: { stage: 'ready', percent: 100, done: 3, total: 3, unit: 'chunks' },
      searchableVersion: 1,
      chunkCount: 3,
      attempts: 1,
      error: null,
    });

    const read = await world.get(`/documents/${id}/text`);
    expect(read.text).toBe(text);
    expect(read.headers['content-type']).toBe('text/plain; charset=utf-8');
    const chunks = (await world.get(`/documents/${id}/chunks?limit=2`)).json<{
      data: { text: string; charStart: number; charEnd: number; ordinal: number }[];
      nextCursor: string;
    }>();
    expect(chunks.data.map(({ ordinal }) => ordinal)).toEqual([0, 1]);
    for (const chunk of chunks.data) expect(text.slice(chunk.charStart, chunk.charEnd)).toBe(chunk.text);
    const rest = (await world.get(`/documents/${id}/chunks?limit=2&cursor=${chunks.nextCursor}`)).json<{
      data: { ordinal: number }[];
      nextCursor: null;
    }>();
    expect(rest.data.map(({ ordinal }) => ordinal)).toEqual([2]);
    expect(rest.nextCursor).toBeNull();
  });

  it('gives its original bytes as a harmless download', async () => {
    const { id, sha256 } = await world.aDocument(collectionId, text, '보고서 "1".html');
    const whole = await world.get(`/documents/${id}/content`);
    expect(whole.status).toBe(200);
    expect(whole.text).toBe(text);
    expect(whole.headers).toMatchObject({
      'content-type': 'text/plain',
      'content-length': String(Buffer.byteLength(text)),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, no-cache',
      'accept-ranges': 'bytes',
      etag: `"${sha256}"`,
    });
    expect(whole.headers['content-disposition']).toMatch(
      /^attachment; filename="[^"]+"; filename\*=UTF-8''%EB%B3%B4%EA%B3%A0%EC%84%9C/,
    );
    const part = await world.get(`/documents/${id}/content`, { range: 'bytes=4-8' });
    expect([part.status, part.text]).toEqual([206, 'first']);
    expect(part.headers['content-range']).toBe(`bytes 4-8/${Buffer.byteLength(text)}`);
    const last = await world.get(`/documents/${id}/content`, { range: 'bytes=-3' });
    expect([last.status, last.text]).toEqual([206, '18.']);
    const beyond = await world.get(`/documents/${id}/content`, { range: 'bytes=9999-' });
    expect([beyond.status, beyond.json()['code']]).toEqual([416, 'request.range-not-satisfiable']);
    expect(beyond.headers).toMatchObject({
      'content-range': `bytes */${Buffer.byteLength(text)}`,
      'content-type': 'application/problem+json; charset=utf-8',
    });
    const known = await world.get(`/documents/${id}/content`, { 'if-none-match': `W/"x", "${sha256}"` });
    expect([known.status, known.text, known.headers.etag]).toEqual([304, '', `"${sha256}"`]);
    const changed = await world.get(`/documents/${id}/content`, { range: 'bytes=0-1', 'if-range': '"old"' });
    expect(changed.status).toBe(200);
    const head = await world.send('HEAD', `/documents/${id}/content`);
    expect([head.status, head.headers['content-length']]).toEqual([200, String(Buffer.byteLength(text))]);
  });

  it('is answered with the one that is there when its bytes come again', async () => {
    const first = await world.aReadyDocument(collectionId, text);
    const objects = await world.objectKeys();
    const again = await world.upload(collectionId, [{ filename: 'other-name.txt', content: text }]);
    expect(again.status).toBe(200);
    expect(again.json()['data']).toEqual([{ ...first, duplicate: true }]);
    expect(world.jobs.waiting).toEqual([]);
    expect(await world.objectKeys()).toEqual(objects);
    const elsewhere = await world.aDocument(await world.aCollection(`d-${Math.random()}`), text);
    expect(elsewhere).toMatchObject({ duplicate: false });
    expect(elsewhere.id).not.toBe(first.id);
  });

  it('becomes one document however many uploads of it run at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => world.upload(collectionId, [{ filename: 'a.txt', content: text }])),
    );
    const documents = answers.map((answer) => answer.json<{ data: DocumentJson[] }>().data[0]!);
    expect(new Set(documents.map(({ id }) => id)).size).toBe(1);
    expect(documents.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(7);
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    const list = (await world.get(`/collections/${collectionId}/documents`)).json<{ data: unknown[] }>();
    expect(list.data).toHaveLength(1);
    const [{ id }] = documents as [DocumentJson];
    expect((await world.objectKeys()).filter((key) => key.includes(id))).toHaveLength(1);
    const all = await world.objectKeys();
    const documentIds = (await world.query<{ id: string }>('SELECT id FROM document')).map((row) => row.id);
    expect(all.filter((key) => !documentIds.some((known) => key.includes(known)))).toEqual([]);
  });

  it('fails with the reason, and can be tried again', async () => {
    const { id } = await world.aDocument(collectionId, '%FAIL knowledge.document-encrypted');
    const failures = await world.drain();
    expect(failures).toEqual([expect.objectContaining({ code: 'knowledge.document-encrypted' })]);
    expect(await world.document(id)).toMatchObject({
      status: 'failed',
      searchableVersion: null,
      attempts: 1,
      error: { code: 'knowledge.document-encrypted', status: 422 },
    });
    const retried = await world.send('POST', `/documents/${id}/retry`);
    expect([retried.status, retried.json()['status'], retried.json()['error']]).toEqual([
      202,
      'queued',
      null,
    ]);
    const twice = await world.send('POST', `/documents/${id}/retry`);
    expect([twice.status, twice.json()['code']]).toEqual([409, 'knowledge.document-not-failed']);
    await world.drain();
    const uploaded = await world.upload(collectionId, [
      { filename: 'a.txt', content: '%FAIL knowledge.document-encrypted' },
    ]);
    expect(uploaded.status).toBe(202);
    expect(uploaded.json<{ data: DocumentJson[] }>().data[0]).toMatchObject({
      id,
      duplicate: true,
      status: 'queued',
    });
  });

  it('is changed by merge patch, under If-Match', async () => {
    const { id } = await world.aDocument(collectionId, text);
    const before = await world.get(`/documents/${id}`);
    const etag = String(before.headers.etag);
    const first = await world.send(
      'PATCH',
      `/documents/${id}`,
      { metadata: { a: 1, b: { c: 2 } } },
      {
        'if-match': etag,
      },
    );
    expect([first.status, first.json()['metadata']]).toEqual([200, { a: 1, b: { c: 2 } }]);
    const late = await world.send('PATCH', `/documents/${id}`, { title: 'x' }, { 'if-match': etag });
    expect([late.status, late.json()['code']]).toEqual([412, 'request.precondition-failed']);
    const second = await world.send('PATCH', `/documents/${id}`, {
      title: '  새 제목 ',
      metadata: { a: null, b: { d: [3] } },
    });
    expect(second.json()).toMatchObject({ title: '새 제목', metadata: { b: { c: 2, d: [3] } } });
    expect(second.headers.etag).not.toBe(first.headers.etag);
    const cleared = await world.send('PATCH', `/documents/${id}`, { metadata: null });
    expect(cleared.json()).toMatchObject({ title: '새 제목', metadata: {} });
    for (const body of [{ title: null }, { title: '' }, { title: 7 }, { metadata: [] }, { unknown: 1 }]) {
      expect((await world.send('PATCH', `/documents/${id}`, body)).status).toBe(400);
    }
  });

  it('keeps answering from the old version until the new one is ready', async () => {
    const { id } = await world.aReadyDocument(collectionId, text);
    const put = (content: string) =>
      world.send('PUT', `/documents/${id}/content`, formBody([{ filename: 'a.txt', content }]), formHeaders);
    const same = await put(text);
    expect([same.status, same.json()['version']]).toEqual([200, 1]);

    const replaced = await put('A new text.');
    expect([replaced.status, replaced.json()]).toMatchObject([
      202,
      { version: 2, searchableVersion: 1, status: 'queued' },
    ]);
    expect((await world.get(`/documents/${id}/text`)).text).toBe(text);
    expect((await world.get(`/documents/${id}/content`)).text).toBe(text);
    expect((await world.get(`/documents/${id}/content?version=2`)).text).toBe('A new text.');
    await world.drain();
    expect(await world.document(id)).toMatchObject({ version: 2, searchableVersion: 2, status: 'ready' });
    expect((await world.get(`/documents/${id}/text`)).text).toBe('A new text.');
    // A stored citation may name it.
    expect((await world.get(`/documents/${id}/text?version=1`)).text).toBe(text);
    expect((await world.get(`/documents/${id}/chunks?version=1`)).json()['data']).toHaveLength(3);
    expect((await world.get(`/documents/${id}/text?version=3`)).status).toBe(404);

    await put('%FAIL knowledge.document-damaged');
    await world.drain();
    expect(await world.document(id)).toMatchObject({ version: 3, searchableVersion: 2, status: 'failed' });
    expect((await world.get(`/documents/${id}/text`)).text).toBe('A new text.');
    expect((await world.get(`/documents/${id}/text?version=3`)).status).toBe(404);

    await put('Fourth.');
    await put('Fifth.');
    await world.drain();
    expect(await world.document(id)).toMatchObject({ version: 5, searchableVersion: 5, status: 'ready' });
    expect((await world.get(`/documents/${id}/text?version=4`)).status).toBe(404);
    const [stats] = await world.query<{ chunk_count: string }>(
      'SELECT chunk_count FROM lexical_stats WHERE collection_id = $1',
      [collectionId],
    );
    expect(Number(stats!.chunk_count)).toBe(1);
  });

  it('is hidden by deletion at once, and leaves nothing after the clean-up', async () => {
    const { id } = await world.aReadyDocument(collectionId, text);
    expect((await world.send('DELETE', `/documents/${id}`, undefined, { 'if-match': '"99"' })).status).toBe(
      412,
    );
    const deleted = await world.send('DELETE', `/documents/${id}`);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    for (const route of ['', '/text', '/chunks', '/content', '/events']) {
      const answer = await world.get(`/documents/${id}${route}`, { accept: '*/*' });
      expect([route, answer.status, answer.json()['code']]).toEqual([
        route,
        404,
        'knowledge.document-not-found',
      ]);
    }
    expect((await world.send('DELETE', `/documents/${id}`)).status).toBe(404);
    expect((await world.get(`/collections/${collectionId}/documents`)).json()['data']).toEqual([]);
    expect((await world.get(`/collections/${collectionId}`)).json()).toMatchObject({
      documentCount: 0,
      sizeBytes: 0,
    });
    const [stats] = await world.query<{ chunk_count: string; term_total: string }>(
      'SELECT chunk_count, term_total FROM lexical_stats WHERE collection_id = $1',
      [collectionId],
    );
    expect([Number(stats!.chunk_count), Number(stats!.term_total)]).toEqual([0, 0]);
    await world.drain();
    expect((await world.objectKeys()).filter((key) => key.includes(id))).toEqual([]);
    expect(await world.query('SELECT 1 FROM document WHERE id = $1', [id])).toEqual([]);
    expect(await world.query('SELECT 1 FROM chunk WHERE document_id = $1', [id])).toEqual([]);
    const again = await world.aDocument(collectionId, text);
    expect(again).toMatchObject({ duplicate: false });
  });

  it('is listed newest first, by status, page by page', async () => {
    const ids: string[] = [];
    for (const content of ['one', 'two', '%FAIL knowledge.no-text-found']) {
      ids.push((await world.aDocument(collectionId, content)).id);
    }
    await world.drain();
    const page = (await world.get(`/collections/${collectionId}/documents?limit=2`)).json<{
      data: DocumentJson[];
      nextCursor: string;
    }>();
    expect(page.data.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    const next = (
      await world.get(`/collections/${collectionId}/documents?limit=2&cursor=${page.nextCursor}`)
    ).json<{ data: DocumentJson[]; nextCursor: null }>();
    expect([next.data.map(({ id }) => id), next.nextCursor]).toEqual([[ids[0]], null]);
    const failed = (await world.get(`/collections/${collectionId}/documents?status=failed`)).json<{
      data: DocumentJson[];
    }>();
    expect(failed.data.map(({ id }) => id)).toEqual([ids[2]]);
    expect((await world.get(`/collections/${collectionId}/documents?status=lost`)).status).toBe(400);
    expect((await world.get(`/documents/${ids[0]}/chunks?version=0`)).status).toBe(400);
  });
});
