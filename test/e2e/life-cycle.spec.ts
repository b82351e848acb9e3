import { call, newWorld, startProtostar, type Protostar } from './harness.js';

describe('the life of documents', () => {
  let server: Protostar;
  let collectionId: string;

  beforeAll(async () => {
    server = await startProtostar({ world: await newWorld(), env: { DOCUMENTS_PER_OWNER: '3' } });
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
});
