import { Validator } from '@seriousme/openapi-schema-validator';
import { newId } from '../../src/shared/ids.js';
import type { ReadEvent } from '../sse-client.js';
import { contractRoutes, contractSchemas, documentationRoutes } from './contract.js';
import { DocumentedApi } from './documented-api.js';
import { call, startProtostar, type Json, type Protostar } from './harness.js';
import { servedRoutes } from './served-routes.js';
import { addDocument, stream, untilReady } from './talk.js';

describe('the OpenAPI document', () => {
  let server: Protostar;
  let api: DocumentedApi;
  beforeAll(async () => {
    server = await startProtostar({ env: { FILE_LIMIT_BYTES: '5000' } });
    api = new DocumentedApi((await call(server, 'GET', '/docs/openapi.json')).body);
  });
  afterAll(() => server.stop());

  const due = Object.keys(contractRoutes);

  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(api.document));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
    expect(validator.version).toBe('3.1');
  });

  it('names the routes of the contract, with the statuses of their successes, and no others', () => {
    const successes = [...api.operations].map(([route, { responses }]) => [
      route,
      Object.keys(responses)
        .map(Number)
        .filter((status) => status < 400),
    ]);
    expect(Object.fromEntries(successes)).toEqual(
      Object.fromEntries(due.map((route) => [route, contractRoutes[route]])),
    );
  });

  it('names whatever the router serves, besides its own pages', async () => {
    const served = (await servedRoutes()).filter((route) => !/^(HEAD|OPTIONS) /.test(route));
    expect(served.toSorted()).toEqual([...due, ...documentationRoutes].toSorted());
    for (const route of documentationRoutes)
      expect((await call(server, 'GET', route.replace('GET ', ''))).status).toBe(200);
  });

  it.each(Object.entries(contractSchemas))('describes %s with the fields of the contract', (name, fields) => {
    const { properties, required = [] } = api.document.components.schemas[name];
    const described = Object.keys(properties).map((field) =>
      required.includes(field) ? field : `${field}?`,
    );
    expect(described.toSorted()).toEqual(fields.split(' ').toSorted());
  });

  it('tells of every operation what it does, and with which credentials', () => {
    for (const [route, operation] of api.operations) {
      expect([route, operation.summary]).toEqual([route, expect.stringMatching(/./)]);
      expect([route, operation.responses.default]).toEqual([route, expect.anything()]);
      const isPublic = route.startsWith('GET /health/');
      expect([route, operation.security?.length === 0]).toEqual([route, isPublic]);
      expect([route, 401 in operation.responses]).toEqual([route, !isPublic]);
    }
  });

  it('names the headers of creating, conditional and streaming requests', () => {
    const headers = (route: string): string[] =>
      (api.operations.get(route)?.parameters ?? [])
        .filter((parameter: Json) => parameter.in === 'header')
        .map(({ name }: Json) => name);
    const creating = due.filter((route) => contractRoutes[route]?.includes(201));
    expect(creating.length).toBeGreaterThan(3);
    for (const route of [...creating, 'POST /api/v1/conversations/{id}/messages'])
      expect([route, headers(route)]).toEqual([route, ['Idempotency-Key']]);
    for (const kind of ['collections', 'documents', 'conversations'])
      expect(headers(`PATCH /api/v1/${kind}/{id}`)).toEqual(['If-Match']);
    expect(headers('GET /api/v1/messages/{id}/events')).toEqual(['Last-Event-ID']);
    expect(headers('GET /api/v1/documents/{id}/content')).toContain('Range');
  });

  it('finds what is not documented', async () => {
    const { body } = await call(server, 'GET', '/api/v1/collections?name=default');
    const [collection] = body.data;
    expect(api.faultsOf('Collection', collection)).toEqual([]);
    expect(api.faultsOf('Collection', { ...collection, secret: 1 })).toHaveLength(1);
    expect(api.faultsOf('Collection', { ...collection, id: 'x' })).toHaveLength(1);
    const teapot = { status: 418, headers: new Headers(), body: '' };
    expect(api.faultsOfAnswer('GET', '/api/v1/collections', teapot)).toHaveLength(1);
  });

  /** A call whose answer must be as documented, and whose body too where it was taken. */
  const expectAnswer = async (
    status: number,
    method: string,
    path: string,
    body?: Json,
    headers: Record<string, string> = {},
  ): Promise<{ headers: Headers; body: Json }> => {
    const answer = await call(server, method, path, body, headers);
    expect([method, path, answer.status, answer.body]).toEqual([method, path, status, answer.body]);
    expect(api.faultsOfAnswer(method, path, answer)).toEqual([]);
    if (body !== undefined && status < 300) expect(api.faultsOfRequest(method, path, body)).toEqual([]);
    return answer;
  };
  const expectUpload = async (
    status: number,
    method: string,
    path: string,
    ...files: [string, string][]
  ): Promise<Json> => {
    const form = new FormData();
    for (const [name, text] of files) form.append('file', new Blob([text]), name);
    const response = await fetch(server.url + path, { method, body: form });
    const answer = { status: response.status, headers: response.headers, body: await response.json() };
    expect(answer).toMatchObject({ status });
    expect(api.faultsOfAnswer(method, path, answer)).toEqual([]);
    return answer.body;
  };
  const expectEvents = (family: string, events: ReadEvent[]): void => {
    expect(events.length).toBeGreaterThan(0);
    for (const { id, event, data } of events)
      expect(api.faultsOf(family, { ...(id ? { id: Number(id) } : {}), event, data })).toEqual([]);
  };

  it('describes collections as they are answered', async () => {
    const { body } = await expectAnswer(201, 'POST', '/api/v1/collections', { name: 'described' });
    const path = `/api/v1/collections/${body.id}`;
    await expectAnswer(409, 'POST', '/api/v1/collections', { name: 'described' });
    await expectAnswer(400, 'POST', '/api/v1/collections', { title: 'x' });
    await expectAnswer(200, 'GET', '/api/v1/collections?limit=1');
    await expectAnswer(200, 'GET', path);
    await expectAnswer(200, 'PATCH', path, { description: 'changed' });
    await expectAnswer(412, 'PATCH', path, { description: 'again' }, { 'if-match': '"0"' });
    await expectAnswer(204, 'DELETE', path);
    await expectAnswer(404, 'GET', path);
    await expectAnswer(404, 'DELETE', path);
  });

  it('describes documents, their parts and their events as they are answered', async () => {
    const collection = (await expectAnswer(201, 'POST', '/api/v1/collections', { name: 'papers' })).body.id;
    const uploads = `/api/v1/collections/${collection}/documents`;
    const files: [string, string][] = [
      ['a.md', '# Title\n\nThe wall weighs 12 kilograms.'],
      ['empty.txt', ''],
    ];
    const { data } = await expectUpload(202, 'POST', uploads, ...files);
    expect(data).toMatchObject([{ duplicate: false }, { id: null, error: { status: 422 } }]);
    const path = `/api/v1/documents/${data[0].id}`;
    const events = await (await stream(server, `${path}/events`)).toEnd();
    expectEvents('DocumentEvent', events.events);
    await expectAnswer(204, 'GET', `${path}/events`, undefined, {
      'last-event-id': String(events.ids.at(-1)),
    });
    await expectUpload(200, 'POST', uploads, files[0]!);
    await expectUpload(422, 'POST', uploads, files[1]!);
    await expectUpload(413, 'POST', uploads, ['large.txt', 'x'.repeat(5_001)]);
    await expectUpload(415, 'POST', uploads, ['a.exe', 'MZ\u0000\u0001']);
    await expectAnswer(202, 'POST', uploads, {
      title: 'Text',
      text: 'A text of its own.',
      metadata: { year: 2025 },
    });
    await expectAnswer(415, 'POST', '/api/v1/search', undefined, { 'content-type': 'text/plain' });
    await expectAnswer(200, 'GET', `${uploads}?status=ready`);
    await expectAnswer(200, 'GET', path);
    await expectAnswer(200, 'PATCH', path, { title: 'New', metadata: { year: 2025 } });
    await expectAnswer(200, 'GET', `${path}/chunks`);
    await expectAnswer(200, 'GET', `${path}/text`);
    await expectAnswer(404, 'GET', `${path}/text?version=9`);
    const { headers } = await expectAnswer(200, 'GET', `${path}/content`);
    await expectAnswer(206, 'GET', `${path}/content`, undefined, { range: 'bytes=0-3' });
    await expectAnswer(416, 'GET', `${path}/content`, undefined, { range: 'bytes=900-' });
    await expectAnswer(304, 'GET', `${path}/content`, undefined, {
      'if-none-match': headers.get('etag') ?? '',
    });
    await expectAnswer(409, 'POST', `${path}/retry`);
    await expectAnswer(409, 'POST', `${path}/refresh`);
    await expectUpload(200, 'PUT', `${path}/content`, files[0]!);
    await expectUpload(202, 'PUT', `${path}/content`, ['a.md', '# Title\n\nThe wall weighs 13 kilograms.']);
    await untilReady(server, data[0].id);
    await expectAnswer(204, 'DELETE', path);
  });

  it('describes searches as they are answered', async () => {
    await addDocument(server, 'Walls', 'The granite wall weighs 4711 kilograms.');
    const filter = { type: 'not', filter: { type: 'and', filters: [{ type: 'eq', key: 'year', value: 1 }] } };
    const { body } = await expectAnswer(200, 'POST', '/api/v1/search', {
      query: 'granite',
      filter,
      trace: true,
    });
    expect(body.data.length).toBeGreaterThan(0);
    await expectAnswer(404, 'POST', '/api/v1/search', { query: 'granite', collectionIds: [newId()] });
    await expectAnswer(400, 'POST', '/api/v1/search', { query: 'granite', filter: { type: 'eq' } });
    expect(api.faultsOf('Filter', { type: 'eq' })).not.toEqual([]);
  });

  it('describes conversations, messages, events and memory as they are answered', async () => {
    await addDocument(server, 'Leave', 'Every employee gets 27 days of annual leave.');
    const { body } = await expectAnswer(201, 'POST', '/api/v1/conversations', { title: 'Leave' });
    const path = `/api/v1/conversations/${body.id}`;
    await expectAnswer(404, 'POST', '/api/v1/conversations', { collectionIds: [newId()] });
    await expectAnswer(200, 'GET', '/api/v1/conversations');
    await expectAnswer(200, 'GET', path);
    await expectAnswer(200, 'PATCH', path, { systemPrompt: 'Be brief.' });
    await expectAnswer(412, 'PATCH', path, { title: 'x' }, { 'if-match': '"0"' });
    const question = { content: 'How many days of annual leave does an employee get?', mode: 'knowledge' };
    const key = { 'idempotency-key': 'once' };
    const started = (await expectAnswer(202, 'POST', `${path}/messages`, question, key)).body;
    await expectAnswer(202, 'POST', `${path}/messages`, question, key);
    await expectAnswer(409, 'POST', `${path}/messages`, { content: 'other' }, key);
    const events = await (await stream(server, started.eventsUrl)).toEnd();
    expectEvents('AnswerEvent', events.events);
    expect(events.names).toEqual(expect.arrayContaining(['message.retrieved', 'message.citation']));
    const end = { 'last-event-id': String(events.ids.at(-1)) };
    await expectAnswer(204, 'GET', started.eventsUrl, undefined, end);
    await expectAnswer(400, 'GET', started.eventsUrl, undefined, { 'last-event-id': 'x' });
    const answer = `/api/v1/messages/${started.assistantMessage.id}`;
    expect((await expectAnswer(200, 'GET', answer)).body.citations.length).toBeGreaterThan(0);
    await expectAnswer(200, 'GET', `${answer}/trace`);
    await expectAnswer(409, 'POST', `${answer}/cancel`);
    const again = (await expectAnswer(202, 'POST', `${answer}/regenerate`)).body;
    await (await stream(server, again.eventsUrl)).toEnd();
    const messages = [
      { role: 'user', content: 'Hi', name: 'Ann', createdAt: '2031-01-01T00:00:00Z' },
      { role: 'assistant', content: 'Hello' },
    ];
    await expectAnswer(201, 'POST', `${path}/import`, { messages });
    await expectAnswer(200, 'GET', `${path}/messages?all=true`);
    await expectAnswer(200, 'POST', `${path}/context`, { content: 'And then?', mode: 'knowledge' });
    await expectAnswer(400, 'POST', `${path}/context`, { content: 'And then?', budgetTokens: 1 });
    await expectAnswer(202, 'POST', `${path}/memory`);
    await expectAnswer(200, 'GET', `${path}/memory`);
    await expectAnswer(204, 'DELETE', `${path}/memory`);
    await expectAnswer(204, 'DELETE', answer);
    await expectAnswer(204, 'DELETE', path);
    await expectAnswer(404, 'GET', `${path}/messages`);
  });

  it('describes the stream that a question is answered with', async () => {
    const { body } = await expectAnswer(201, 'POST', '/api/v1/conversations', {});
    const events = await stream(server, `/api/v1/conversations/${body.id}/messages`, {
      method: 'POST',
      body: { content: 'Hello?', mode: 'plain' },
    });
    expect(events.status).toBe(200);
    expectEvents('AnswerEvent', (await events.toEnd()).events);
  });

  it('describes webhooks as they are answered', async () => {
    const wanted = { url: 'https://example.org/hook', events: ['document.ready'] };
    const { body } = await expectAnswer(201, 'POST', '/api/v1/webhooks', wanted);
    const path = `/api/v1/webhooks/${body.id}`;
    await expectAnswer(400, 'POST', '/api/v1/webhooks', { ...wanted, events: ['x'] });
    await expectAnswer(422, 'POST', '/api/v1/webhooks', { ...wanted, url: 'http://localhost/' });
    await expectAnswer(200, 'GET', '/api/v1/webhooks?limit=1');
    await expectAnswer(200, 'GET', path);
    await addDocument(server, 'Told', 'The slate wall weighs 4712 kilograms.');
    const { data } = (await expectAnswer(200, 'GET', `${path}/deliveries`)).body;
    expect(data).toMatchObject([{ event: 'document.ready' }]);
    await expectAnswer(204, 'DELETE', path);
    await expectAnswer(404, 'GET', path);
  });

  it('describes tickets and operations as they are answered', async () => {
    const { body } = await call(server, 'GET', '/api/v1/collections?name=default');
    await expectAnswer(201, 'POST', '/api/v1/tickets', {
      path: `/api/v1/collections/${body.data[0].id}/events`,
    });
    await expectAnswer(400, 'POST', '/api/v1/tickets', { path: '/metrics' });
    await expectAnswer(404, 'POST', '/api/v1/tickets', { path: `/api/v1/documents/${newId()}/content` });
    for (const path of ['/health/live', '/health/ready', '/metrics', '/admin/queues'])
      await expectAnswer(200, 'GET', path);
    for (const path of ['/health/live', '/api/v1/collections']) {
      await expectAnswer(400, 'GET', `${path}?nope=1`);
      await expectAnswer(406, 'GET', path, undefined, { accept: 'image/png' });
      await expectAnswer(403, 'GET', path, undefined, { origin: 'https://elsewhere.example' });
    }
  });
});
