import { call, newWorld, startProtostar, type Protostar, type World } from './harness.js';
import { bearer, runKey as key } from './keys.js';

interface Created {
  id: string;
  data: { id: string }[];
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;

/** A body that would be accepted if the resource were the caller's own. */
const bodies: Record<string, unknown> = {
  'PATCH /api/v1/collections/{id}': { description: 'x' },
  'POST /api/v1/collections/{id}/documents': { title: 't', text: 'x' },
  'PATCH /api/v1/documents/{id}': { title: 'x' },
  'PATCH /api/v1/conversations/{id}': { title: 'x' },
  'POST /api/v1/conversations/{id}/messages': { content: 'x', mode: 'plain' },
  'POST /api/v1/conversations/{id}/import': { messages: [{ role: 'user', content: 'x' }] },
  'POST /api/v1/conversations/{id}/context': { content: 'x' },
};
/** Routes without an id of ours in the path; each is tried below. */
const withoutId = [
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'GET /admin/queues',
  'POST /api/v1/tickets',
  'POST /api/v1/webhooks',
  'GET /api/v1/webhooks',
  'POST /api/v1/collections',
  'GET /api/v1/collections',
  'POST /api/v1/search',
  'POST /api/v1/conversations',
  'GET /api/v1/conversations',
];

describe('two owners and an administrator', () => {
  let world: World;
  let server: Protostar;
  let ann: Record<string, string>;
  let bob: Record<string, string>;
  let admin: Record<string, string>;
  let ids: {
    collections: string;
    documents: string;
    conversations: string;
    messages: string;
    webhooks: string;
  };

  beforeAll(async () => {
    world = await newWorld();
    ann = bearer(await key(world, 'create', '--owner', 'ann', '--role', 'user'));
    bob = bearer(await key(world, 'create', '--owner', 'bob', '--role', 'user'));
    admin = bearer(await key(world, 'create', '--owner', 'root', '--role', 'admin'));
    server = await startProtostar({ world, env: { AUTH_MODE: 'token' } });
    const post = async (path: string, body: unknown): Promise<Created> =>
      (await call(server, 'POST', `/api/v1/${path}`, body, ann)).body;
    const collections = (await post('collections', { name: 'ann-only' })).id;
    const documents =
      (await post(`collections/${collections}/documents`, { title: 'ann-only', text: 'secret' })).data[0]
        ?.id ?? '';
    const conversations = (await post('conversations', { title: 'ann-only' })).id;
    const imported = await post(`conversations/${conversations}/import`, {
      messages: [
        { role: 'user', content: 'ann-only' },
        { role: 'assistant', content: 'ann-only' },
      ],
    });
    const hook = { url: 'https://ann-only.example.org/', events: ['document.ready'] };
    const webhooks = (await post('webhooks', hook)).id;
    ids = { collections, documents, conversations, messages: imported.data[1]?.id ?? '', webhooks };
  }, 120_000);
  afterAll(() => server.stop());

  test("every route with another owner's id answers 404, and nothing changes", async () => {
    const { paths } = (await call(server, 'GET', '/docs/openapi.json', undefined, admin)).body;
    const answers: string[] = [];
    const open: string[] = [];
    for (const [path, operations] of Object.entries<object>(paths))
      for (const method of Object.keys(operations).map((name) => name.toUpperCase())) {
        const route = `${method} ${path}`;
        const kind = /^\/api\/v1\/(\w+)\/\{id\}/.exec(path)?.[1] as keyof typeof ids | undefined;
        if (!kind) {
          open.push(route);
          continue;
        }
        let status: number;
        if (method === 'PUT') {
          const form = new FormData();
          form.append('file', new Blob(['other']), 'a.txt');
          const url = server.url + path.replace('{id}', ids[kind]);
          status = (await fetch(url, { method, headers: bob, body: form })).status;
        } else ({ status } = await call(server, method, path.replace('{id}', ids[kind]), bodies[route], bob));
        answers.push(`${route} ${status}`);
      }
    expect(answers.filter((line) => !line.endsWith(' 404'))).toEqual([]);
    expect(answers.length).toBeGreaterThan(25);
    expect(open.sort()).toEqual([...withoutId].sort());
    for (const [kind, id] of Object.entries(ids))
      expect((await call(server, 'GET', `/api/v1/${kind}/${id}`, undefined, ann)).status).toBe(200);
  });

  test('ids in bodies and queries are checked too', async () => {
    const own = (await call(server, 'POST', '/api/v1/conversations', {}, bob)).body.id;
    const tries: [string, string, unknown][] = [
      ['POST', 'search', { query: 'secret', collectionIds: [ids.collections] }],
      ['POST', 'conversations', { collectionIds: [ids.collections] }],
      ['PATCH', `conversations/${own}`, { collectionIds: [ids.collections] }],
      ['PATCH', `conversations/${own}`, { activeMessageId: ids.messages }],
      ['POST', `conversations/${own}/messages`, { content: 'x', mode: 'plain', parentId: ids.messages }],
      ['POST', `conversations/${own}/context`, { content: 'x', parentId: ids.messages }],
      ['GET', `conversations/${own}/messages?leafId=${ids.messages}`, undefined],
      ['GET', `conversations/${own}/memory?leafId=${ids.messages}`, undefined],
    ];
    const statuses = [];
    for (const [method, path, body] of tries)
      statuses.push(`${method} ${path} ${(await call(server, method, `/api/v1/${path}`, body, bob)).status}`);
    expect(statuses.filter((line) => !line.endsWith(' 404'))).toEqual([]);
  });

  test('a ticket is made for what its owner can read, and opens it until it goes', async () => {
    const ticketOf = (path: string, caller: Record<string, string>) =>
      call(server, 'POST', '/api/v1/tickets', { path: `/api/v1/${path}` }, caller);
    const paths = [
      `documents/${ids.documents}/content`,
      `documents/${ids.documents}/events`,
      `messages/${ids.messages}/events`,
      `collections/${ids.collections}/events`,
      `conversations/${ids.conversations}`,
    ];
    for (const path of paths) {
      expect([path, (await ticketOf(path, bob)).status]).toEqual([path, 404]);
      expect([path, (await ticketOf(path, ann)).status]).toEqual([path, 201]);
    }
    const { body: conversation } = await call(server, 'POST', '/api/v1/conversations', {}, ann);
    const { body: ticket } = await ticketOf(`conversations/${conversation.id}`, ann);
    expect((await call(server, 'GET', ticket.url)).status).toBe(200);
    await call(server, 'DELETE', `/api/v1/conversations/${conversation.id}`, undefined, ann);
    expect((await call(server, 'GET', ticket.url)).status).toBe(404);
  });

  test('lists and searches show nothing foreign, with a foreign cursor neither', async () => {
    await call(server, 'POST', '/api/v1/collections', { name: 'ann-second' }, ann);
    await call(server, 'POST', '/api/v1/conversations', { title: 'ann-second' }, ann);
    const second = { url: 'https://ann-second.example.org/', events: ['document.ready'] };
    await call(server, 'POST', '/api/v1/webhooks', second, ann);
    for (const list of ['collections', 'conversations', 'webhooks']) {
      const { nextCursor } = (await call(server, 'GET', `/api/v1/${list}?limit=1`, undefined, ann)).body;
      expect(nextCursor).toEqual(expect.any(String));
      for (const query of ['?limit=100', `?cursor=${encodeURIComponent(nextCursor)}`]) {
        const answer = await call(server, 'GET', `/api/v1/${list}${query}`, undefined, bob);
        expect(answer.status).toBeLessThan(500);
        expect(JSON.stringify(answer.body)).not.toMatch(/ann-/);
      }
    }
    const filter = { type: 'ne', key: 'nothing', value: 'x' };
    const found = await call(server, 'POST', '/api/v1/search', { query: 'secret', filter }, bob);
    expect(found).toMatchObject({ status: 200, body: { data: [] } });
    // What is one owner's name is free for the other.
    expect((await call(server, 'POST', '/api/v1/collections', { name: 'ann-only' }, bob)).status).toBe(201);
  });

  test('operations are for administrators', async () => {
    for (const path of ['/metrics', '/admin/queues']) {
      expect((await call(server, 'GET', path)).status).toBe(401);
      expect((await call(server, 'GET', path, undefined, bob)).status).toBe(403);
      expect((await call(server, 'GET', path, undefined, admin)).status).toBe(200);
    }
  });

  test('a revoked key no longer works', async () => {
    expect((await call(server, 'GET', '/api/v1/collections', undefined, ann)).status).toBe(200);
    await server.stop();
    const listed = await key(world, 'list');
    const id = uuid.exec(listed.split('\n').find((line) => line.includes('ann')) ?? '')?.[0] ?? '';
    await key(world, 'revoke', id);
    server = await startProtostar({ world, env: { AUTH_MODE: 'token' } });
    expect((await call(server, 'GET', '/api/v1/collections', undefined, ann)).status).toBe(401);
    expect((await call(server, 'GET', '/api/v1/collections', undefined, bob)).status).toBe(200);
  }, 120_000);
});
