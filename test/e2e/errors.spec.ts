import { request } from 'node:http';
import { newId } from '../../src/shared/ids.js';
import { call, startProtostar, type Protostar } from './harness.js';

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** Whatever JSON the server sent. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the assertions read it
  body: any;
}

/** A request with any method, any `Host` and any bytes: fetch corrects too much. */
const send = (
  server: Protostar,
  method: string,
  path: string,
  options: { headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const sent = request(
      { hostname, port, method, path, headers: { 'x-request-id': 'errors-spec', ...options.headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = /json/.test(response.headers['content-type'] ?? '');
          const body = isJson ? JSON.parse(text) : text;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      },
    );
    sent.on('error', reject);
    sent.end(options.body);
  });

const json = (value: unknown, headers: Record<string, string> = {}) => ({
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});

const file = (content: string | Buffer, name = 'a.txt', type = 'text/plain') => ({
  headers: { 'content-type': 'multipart/form-data; boundary=edge' },
  body: Buffer.concat([
    Buffer.from(
      `--edge\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: ${type}\r\n\r\n`,
    ),
    Buffer.from(content),
    Buffer.from('\r\n--edge--\r\n'),
  ]),
});

function expectProblem(answer: Answer, status: number): void {
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status });
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.headers['x-request-id']).toBe('errors-spec');
  expect(answer.body).toMatchObject({
    type: `urn:protostar:problem:${answer.body.code}`,
    title: expect.any(String),
    status,
    detail: expect.any(String),
    code: expect.stringMatching(/^[a-z-]+(\.[a-z-]+)+$/),
    requestId: 'errors-spec',
  });
}

describe('the error table', () => {
  let server: Protostar;
  let collectionId: string;
  let conversationId: string;
  beforeAll(async () => {
    server = await startProtostar({
      env: {
        JSON_LIMIT_BYTES: '100000',
        FILE_LIMIT_BYTES: '5000',
        MESSAGE_LIMIT_BYTES: '1000',
        PAGE_LIMIT_BYTES: '2000',
        STREAMS_PER_OWNER: '2',
      },
    });
    collectionId = (await call(server, 'GET', '/api/v1/collections?name=default')).body.data[0].id;
    conversationId = (await call(server, 'POST', '/api/v1/conversations', {})).body.id;
  });
  afterAll(() => server.stop());

  test('400: body, query and path, each with the place', async () => {
    const body = await send(server, 'POST', '/api/v1/search', json({ query: 7, collectionIds: ['x'], z: 1 }));
    expectProblem(body, 400);
    expect(body.body.errors.map((error: { path: string }) => error.path).toSorted()).toEqual([
      '/collectionIds/0',
      '/query',
      '/z',
    ]);
    const query = await send(server, 'GET', '/api/v1/collections?limit=0&nope=1');
    expectProblem(query, 400);
    expect(query.body.errors.map((error: { path: string }) => error.path)).toEqual(
      expect.arrayContaining(['/limit', '/nope']),
    );
    expectProblem(await send(server, 'GET', '/api/v1/collections?cursor=%00%ff'), 400);
    const path = await send(server, 'GET', '/api/v1/documents/not-an-id');
    expectProblem(path, 400);
    expect(path.body.errors).toHaveLength(1);
    expectProblem(await send(server, 'POST', '/api/v1/search', { ...json(0), body: '{' }), 400);
  });

  test('403: a foreign origin and a cross-site request', async () => {
    for (const method of ['GET', 'POST'])
      expectProblem(
        await send(server, method, '/api/v1/collections', { headers: { origin: 'https://evil.example' } }),
        403,
      );
    const upload = file('hello');
    expectProblem(
      await send(server, 'POST', `/api/v1/collections/${collectionId}/documents`, {
        ...upload,
        headers: { ...upload.headers, origin: 'null' },
      }),
      403,
    );
    expectProblem(
      await send(server, 'GET', '/api/v1/collections', { headers: { 'sec-fetch-site': 'cross-site' } }),
      403,
    );
  });

  test('404: unknown ids and routes', async () => {
    expectProblem(await send(server, 'GET', `/api/v1/documents/${newId()}`), 404);
    expectProblem(await send(server, 'GET', '/api/v1/nowhere'), 404);
    expectProblem(
      await send(server, 'POST', '/api/v1/search', json({ query: 'q', collectionIds: [newId()] })),
      404,
    );
  });

  test('405 names the methods, 406 the types', async () => {
    const answer = await send(server, 'PUT', '/api/v1/collections');
    expectProblem(answer, 405);
    expect(String(answer.headers.allow).split(/, ?/)).toEqual(expect.arrayContaining(['GET', 'POST']));
    expectProblem(
      await send(server, 'GET', '/api/v1/collections', { headers: { accept: 'image/png' } }),
      406,
    );
  });

  test('409: a name taken, a key with another body, a cancel too late', async () => {
    await call(server, 'POST', '/api/v1/collections', { name: 'taken' });
    expectProblem(await send(server, 'POST', '/api/v1/collections', json({ name: 'taken' })), 409);
    const key = { 'idempotency-key': 'once' };
    await call(server, 'POST', '/api/v1/conversations', { title: 'a' }, key);
    expectProblem(await send(server, 'POST', '/api/v1/conversations', json({ title: 'b' }, key)), 409);
    const imported = await call(server, 'POST', `/api/v1/conversations/${conversationId}/import`, {
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: 'hello' },
      ],
    });
    expectProblem(await send(server, 'POST', `/api/v1/messages/${imported.body.data[1].id}/cancel`), 409);
  });

  test('412: If-Match does not hold', async () => {
    expectProblem(
      await send(
        server,
        'PATCH',
        `/api/v1/collections/${collectionId}`,
        json({ description: 'x' }, { 'if-match': '"other"' }),
      ),
      412,
    );
  });

  test('413: JSON, file, content, page', async () => {
    const messages = `/api/v1/conversations/${conversationId}/messages`;
    const documents = `/api/v1/collections/${collectionId}/documents`;
    expectProblem(await send(server, 'POST', '/api/v1/search', json({ query: 'x'.repeat(100_001) })), 413);
    expectProblem(await send(server, 'POST', documents, file('x'.repeat(5001))), 413);
    expectProblem(await send(server, 'POST', messages, json({ content: 'x'.repeat(1001) })), 413);
    expectProblem(
      await send(
        server,
        'POST',
        messages,
        json({ content: 'x', mode: 'page', page: { text: 'x'.repeat(2001) } }),
      ),
      413,
    );
  });

  test('415: the body, the declared type and a format that is not read; 422: an empty file', async () => {
    const documents = `/api/v1/collections/${collectionId}/documents`;
    expectProblem(
      await send(server, 'POST', '/api/v1/search', { headers: { 'content-type': 'text/plain' }, body: '{}' }),
      415,
    );
    expectProblem(await send(server, 'POST', documents, file('no pdf', 'a.pdf', 'application/pdf')), 415);
    expectProblem(
      await send(
        server,
        'POST',
        documents,
        file(Buffer.from('MZ\u0000\u0001\u0002'), 'a.exe', 'application/x-msdownload'),
      ),
      415,
    );
    expectProblem(await send(server, 'POST', documents, file('')), 422);
  });

  test('421: a Host that is not ours', async () => {
    expectProblem(
      await send(server, 'GET', '/api/v1/collections', { headers: { host: 'evil.example' } }),
      421,
    );
  });

  test('429: one stream more than an owner may hold', async () => {
    const leave = new AbortController();
    const path = `/api/v1/collections/${collectionId}/events`;
    // To look whether a path can be read holds no stream.
    for (let index = 0; index < 3; index++)
      expect((await call(server, 'POST', '/api/v1/tickets', { path })).status).toBe(201);
    for (let index = 0; index < 2; index++)
      expect((await fetch(server.url + path, { signal: leave.signal })).status).toBe(200);
    const refused = await send(server, 'GET', path);
    expectProblem(refused, 429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    leave.abort();
  });
});

describe('an API without workers', () => {
  let server: Protostar;
  beforeAll(async () => {
    server = await startProtostar({ entry: 'api' });
  });
  afterAll(() => server.stop());

  test('503 with Retry-After, and nothing is stored', async () => {
    const { id } = (await call(server, 'POST', '/api/v1/conversations', {})).body;
    const messages = `/api/v1/conversations/${id}/messages`;
    const refused = await send(server, 'POST', messages, json({ content: 'anyone?' }));
    expectProblem(refused, 503);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await call(server, 'GET', messages)).body.data).toEqual([]);
  });
});

describe('AUTH_MODE=token', () => {
  let server: Protostar;
  beforeAll(async () => {
    server = await startProtostar({ entry: 'api', env: { AUTH_MODE: 'token' } });
  });
  afterAll(() => server.stop());

  test('401 without and with wrong credentials', async () => {
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: 'Basic YTpi' }] as Record<
      string,
      string
    >[])
      expectProblem(await send(server, 'GET', '/api/v1/collections', { headers }), 401);
    expectProblem(await send(server, 'GET', '/metrics'), 401);
  });
});
