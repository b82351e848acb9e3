import { formBody, formHeaders, KnowledgeWorld } from './knowledge-world.js';

interface CollectionJson {
  id: string;
  name: string;
}

describe('collections', () => {
  let world: KnowledgeWorld;
  beforeAll(async () => {
    world = await KnowledgeWorld.open();
  });
  afterAll(() => world.close());

  const list = async (query = '') =>
    (await world.get(`/collections${query}`)).json<{ data: CollectionJson[]; nextCursor: string | null }>();

  it('have one named default from the start, made once however many look at once', async () => {
    const lists = await Promise.all(Array.from({ length: 6 }, () => list()));
    expect(new Set(lists.flatMap(({ data }) => data.map(({ id }) => id))).size).toBe(1);
    expect(lists[0]!.data).toEqual([
      {
        id: expect.any(String),
        name: 'default',
        description: null,
        documentCount: 0,
        sizeBytes: 0,
        embeddingModel: 'letters-v1',
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    ]);
    const id = lists[0]!.data[0]!.id;
    const deleted = await world.send('DELETE', `/collections/${id}`);
    expect([deleted.status, deleted.json()['code']]).toEqual([409, 'knowledge.collection-is-default']);
    expect((await world.send('PATCH', `/collections/${id}`, { name: 'x' })).status).toBe(409);
    expect((await world.send('PATCH', `/collections/${id}`, { description: 'mine' })).json()).toMatchObject({
      name: 'default',
      description: 'mine',
    });
    expect((await world.send('POST', '/collections', { name: 'default' })).status).toBe(409);
  });

  it('are made under a name of their own', async () => {
    const made = await world.send('POST', '/collections', { name: ' 계약 ', description: 'd' });
    const { id } = made.json<CollectionJson>();
    expect([made.status, made.headers.location]).toEqual([201, `/api/v1/collections/${id}`]);
    expect(made.json()).toMatchObject({ name: '계약', description: 'd', documentCount: 0 });
    const again = await world.send('POST', '/collections', { name: '계약' });
    expect([again.status, again.json()['code']]).toEqual([409, 'knowledge.collection-name-taken']);
    expect((await list(`?name=${encodeURIComponent('계약')}`)).data.map((found) => found.id)).toEqual([id]);
    const decomposed = encodeURIComponent(' 계약'.normalize('NFD'));
    expect((await list(`?name=${decomposed}`)).data.map((found) => found.id)).toEqual([id]);
    expect((await list('?name=nothing')).data).toEqual([]);
    const races = await Promise.all(
      Array.from({ length: 5 }, () => world.send('POST', '/collections', { name: 'race' })),
    );
    expect(races.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(races.filter(({ status }) => status === 409)).toHaveLength(4);
  });

  it('repeat nothing under the same idempotency key', async () => {
    const headers = { 'idempotency-key': 'c-1' };
    const first = await world.send('POST', '/collections', { name: 'once' }, headers);
    const again = await world.send('POST', '/collections', { name: 'once' }, headers);
    expect([again.status, again.headers['idempotent-replayed'], again.headers.location]).toEqual([
      201,
      'true',
      first.headers.location,
    ]);
    expect(again.json()).toEqual(first.json());
    expect((await world.send('POST', '/collections', { name: 'other' }, headers)).status).toBe(409);
  });

  it.each([
    {},
    { name: '' },
    { name: '   ' },
    { name: null },
    { name: 1 },
    { name: 'x'.repeat(201) },
    { name: 'a\nb' },
    { name: 'x', description: 1 },
    { name: 'x', extra: true },
  ])('refuse %j', async (body) => {
    expect((await world.send('POST', '/collections', body)).status).toBe(400);
  });

  it('change by merge patch, under If-Match', async () => {
    const made = await world.send('POST', '/collections', { name: 'patched', description: 'd' });
    const { id } = made.json<CollectionJson>();
    const etag = String(made.headers.etag);
    expect((await world.get(`/collections/${id}`)).headers.etag).toBe(etag);
    const first = await world.send(
      'PATCH',
      `/collections/${id}`,
      { description: null },
      { 'if-match': etag },
    );
    expect([first.status, first.json()]).toMatchObject([200, { name: 'patched', description: null }]);
    expect((await world.send('PATCH', `/collections/${id}`, {}, { 'if-match': etag })).status).toBe(412);
    expect((await world.send('DELETE', `/collections/${id}`, undefined, { 'if-match': etag })).status).toBe(
      412,
    );
    expect((await world.send('PATCH', `/collections/${id}`, { name: 'default' })).status).toBe(409);
    expect((await world.send('PATCH', `/collections/${id}`, { name: null })).status).toBe(400);
    expect((await world.send('PATCH', `/collections/${id}`, {}, { 'if-match': '*' })).status).toBe(200);
  });

  it('count what is in them, and take it along when they go', async () => {
    const id = await world.aCollection('full');
    const one = await world.aReadyDocument(id, 'first text');
    await world.aDocument(id, 'second');
    expect((await world.get(`/collections/${id}`)).json()).toMatchObject({ documentCount: 2, sizeBytes: 16 });
    expect((await world.send('DELETE', `/collections/${id}`)).status).toBe(204);
    for (const route of [`/collections/${id}`, `/collections/${id}/documents`, `/documents/${one.id}`]) {
      expect([route, (await world.get(route)).status]).toEqual([route, 404]);
    }
    const upload = await world.upload(id, [{ filename: 'a.txt', content: 'late' }]);
    expect(upload.status).toBe(404);
    expect((await world.send('POST', '/collections', { name: 'full' })).status).toBe(201);
    expect(await world.drain()).toEqual([]);
    expect(await world.query('SELECT 1 FROM collection WHERE id = $1', [id])).toEqual([]);
    for (const table of ['document', 'document_version', 'chunk', 'chunk_embedding', 'lexical_stats']) {
      expect([table, await world.query(`SELECT 1 FROM ${table} WHERE collection_id = $1`, [id])]).toEqual([
        table,
        [],
      ]);
    }
    expect((await world.objectKeys()).filter((key) => key.includes(one.id))).toEqual([]);
  });

  it('are listed newest first, page by page', async () => {
    const names = ['p1', 'p2', 'p3'];
    for (const name of names) await world.aCollection(name);
    const first = await list('?limit=2');
    expect(first.data.map(({ name }) => name)).toEqual(['p3', 'p2']);
    const second = await list(`?limit=1&cursor=${first.nextCursor}`);
    expect(second.data.map(({ name }) => name)).toEqual(['p1']);
    for (const query of ['?limit=0', '?limit=101', '?limit=x', '?cursor=x', '?unknown=1', '?name=%00']) {
      expect([query, (await world.get(`/collections${query}`)).status]).toEqual([query, 400]);
    }
  });
});

describe('another owner', () => {
  let world: KnowledgeWorld;
  beforeAll(async () => {
    world = await KnowledgeWorld.open({ AUTH_MODE: 'token' });
  });
  afterAll(() => world.close());

  it('finds nothing of what is mine, on no route, and has a default collection too', async () => {
    const mine = await world.probe.keys.create({ owner: 'mine', role: 'user', name: 'k' });
    const theirs = await world.probe.keys.create({ owner: 'theirs', role: 'admin', name: 'k' });
    const as = ({ key }: { key: string }) => (world.headers = { authorization: `Bearer ${key}` });
    as(mine);
    const collectionId = await world.defaultCollection();
    const { id } = await world.aReadyDocument(collectionId, 'mine alone');
    as(theirs);
    expect(await world.defaultCollection()).not.toBe(collectionId);
    const json = { title: 'x' };
    const probes: [string, string, (object | string | Buffer)?][] = [
      ['GET', `/collections/${collectionId}`],
      ['PATCH', `/collections/${collectionId}`, { description: 'x' }],
      ['DELETE', `/collections/${collectionId}`],
      ['GET', `/collections/${collectionId}/documents`],
      ['GET', `/collections/${collectionId}/events`],
      ['POST', `/collections/${collectionId}/documents`, { title: 'x', text: 'y' }],
      ['GET', `/documents/${id}`],
      ['PATCH', `/documents/${id}`, json],
      ['DELETE', `/documents/${id}`],
      ['GET', `/documents/${id}/chunks`],
      ['GET', `/documents/${id}/text`],
      ['GET', `/documents/${id}/content`],
      ['GET', `/documents/${id}/events`],
      ['POST', `/documents/${id}/retry`],
      ['POST', `/documents/${id}/refresh`],
    ];
    const put = await world.send(
      'PUT',
      `/documents/${id}/content`,
      formBody([{ filename: 'a.txt', content: 'theirs' }]),
      formHeaders,
    );
    expect(put.status).toBe(404);
    for (const [method, route, body] of probes) {
      const answer = await world.send(method, route, body, { accept: '*/*' });
      expect([method, route, answer.status]).toEqual([method, route, 404]);
    }
    as(mine);
    expect(await world.document(id)).toMatchObject({ status: 'ready', title: 'note' });
    const refresh = await world.send('POST', `/documents/${id}/refresh`);
    expect([refresh.status, refresh.json()['code']]).toEqual([409, 'knowledge.document-not-from-url']);
  });
});
