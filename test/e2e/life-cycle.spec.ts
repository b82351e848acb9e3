import { waitFor } from '../wait-for.js';
import { call, newWorld, startProtostar, type Json, type Protostar } from './harness.js';

describe('the life of documents', () => {
  const env = { DOCUMENTS_PER_OWNER: '3' };
  let server: Protostar;
  let collectionId: string;

  beforeAll(async () => {
    server = await startProtostar({ world: await newWorld(), env });
    collectionId = (await call(server, 'GET', '/api/v1/collections?name=default')).body.data[0].id;
  });
  afterAll(() => server.stop());

  const add = (text: string) =>
    call(server, 'POST', `/api/v1/collections/${collectionId}/documents`, { title: text, text });

  it('holds an owner to the quota, however many uploads come at once', async () => {
    const answers = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(add));
    expect(answers.map(({ status }) => String(status)).sort()).toEqual(
      [202, 202, 202, 403, 403, 403].map(String),
    );
    const refused = answers.find(({ status }) => status === 403)!;
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.body).toMatchObject({
      code: 'quota.exceeded',
      detail: expect.stringContaining('3 documents'),
    });
    const { data } = (await call(server, 'GET', `/api/v1/collections/${collectionId}/documents`)).body;
    expect(data).toHaveLength(3);
    await call(server, 'DELETE', `/api/v1/documents/${data[0].id}`);
    expect((await add('g')).status).toBe(202);
  });

  it('reads a collection anew, goes on after a kill, and answers searches all the while', async () => {
    const { id } = (await call(server, 'POST', '/api/v1/collections', { name: 'anew' })).body;
    const route = `/api/v1/collections/${id}/reindex`;
    const state = async () => (await call(server, 'GET', route)).body;
    for (const { id: left } of (await call(server, 'GET', `/api/v1/collections/${collectionId}/documents`))
      .body.data)
      await call(server, 'DELETE', `/api/v1/documents/${left}`);
    const texts = [
      'The heron stands in the reeds.',
      'The badger sleeps in its sett.',
      'The otter swims upstream.',
    ];
    for (const text of texts)
      expect(
        (await call(server, 'POST', `/api/v1/collections/${id}/documents`, { title: text, text })).status,
      ).toBe(202);
    const documents = async () =>
      (await call(server, 'GET', `/api/v1/collections/${id}/documents`)).body.data as Json[];
    await waitFor(async () => (await documents()).every(({ status }) => status === 'ready'));
    expect(await state()).toMatchObject({ status: 'idle', done: 0, total: 0, error: null });

    expect((await call(server, 'POST', route)).status).toBe(202);
    await server.kill();
    server = await startProtostar({ world: server.world, env });
    const found = await call(server, 'POST', '/api/v1/search', { query: 'heron reeds', collectionIds: [id] });
    expect(found.body.data[0].text).toContain('heron');
    await waitFor(async () => (await state()).status === 'completed', { timeoutMs: 40_000 });
    expect(await state()).toMatchObject({ done: 3, total: 3, error: null });
    for (const document of await documents())
      expect(document).toMatchObject({ version: 2, searchableVersion: 2, status: 'ready' });
  });
});
