import { connect } from 'node:net';
import { once } from 'node:events';
import fc from 'fast-check';
import { newId } from '../../src/shared/ids.js';
import { call, startProtostar, type Protostar } from './harness.js';

const full = Number(process.env.FUZZ_RUNS ?? 0);
const runs = full || 150;
const options: fc.Parameters<unknown> = full ? { numRuns: runs } : { numRuns: runs, seed: 2 };

const awkward = fc.constantFrom<unknown>(
  '',
  '\u0000',
  '\ud800',
  '𝄞'.repeat(300),
  null,
  -1,
  1e308,
  2 ** 63,
  true,
  [],
  {},
  JSON.parse('{"__proto__":{"x":1},"constructor":{}}'),
  '../../etc/passwd',
  "'; DROP TABLE collection; --",
  newId(),
);
const value = fc.oneof(awkward, fc.jsonValue({ maxDepth: 4 }), fc.string({ unit: 'binary', maxLength: 60 }));
const fieldNames =
  'name description title text url metadata query collectionIds limit filter content mode page parentId ' +
  'messages budgetTokens systemPrompt activeMessageId path events trace __proto__ nope';
const field = fc.constantFrom(...fieldNames.split(' '));
const plausible: Record<string, unknown> = {
  name: 'n',
  title: 't',
  text: 'x',
  query: 'q',
  content: 'c',
  mode: 'plain',
  path: '/api/v1/collections',
  url: 'https://example.org/page',
  events: ['document.ready'],
  filter: { type: 'eq', key: 'k', value: 1 },
  messages: [{ role: 'user', content: 'x' }],
};
const object = fc
  .array(fc.tuple(field, fc.oneof(value, fc.constant(undefined))), { maxLength: 6 })
  .map((entries) =>
    Object.fromEntries(
      entries.map(([name, given]) => [name, given === undefined ? (plausible[name] ?? given) : given]),
    ),
  );
const text = fc.oneof(
  { weight: 6, arbitrary: object.map((given) => JSON.stringify(given)) },
  { weight: 2, arbitrary: value.map((given) => JSON.stringify(given) ?? '') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '{',
      '[1,',
      '"\\ud800"',
      '{"query":"\\u0000"}',
      '{"query":"\\ud800"}',
      '{"limit":1e999}',
      '\ufeff{}',
      '{"__proto__":{"limit":1}}',
      '['.repeat(20_000),
      '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000),
      '{"query":"q","filter":' + '{"type":"not","filter":'.repeat(500) + '{}' + '}'.repeat(501),
    ),
  },
);
const multipart = fc
  .tuple(
    fc.constantFrom('file', 'metadata', 'other', ''),
    fc.constantFrom('a.txt', '', '../x', '%00', 'a"b.pdf', '가.md', 'x'.repeat(400)),
    fc.constantFrom('text/plain', 'application/pdf', 'nonsense', ''),
    fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.constantFrom('', '{"a":1}', '%PDF-1.7')),
    fc.constantFrom('\r\n--edge--\r\n', '\r\n--edge', '', '\r\n--other--\r\n'),
  )
  .map(
    ([name, filename, type, content, end]) =>
      `--edge\r\ncontent-disposition: form-data; name="${name}"; filename="${filename}"\r\ncontent-type: ${type}\r\n\r\n${content}${end}`,
  );
const body = fc.oneof(
  { weight: 6, arbitrary: text.map((content) => ({ type: 'application/json', content })) },
  {
    weight: 2,
    arbitrary: multipart.map((content) => ({ type: 'multipart/form-data; boundary=edge', content })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('text/plain', 'multipart/form-data', 'application/json; charset=x', 'a'),
        fc.string(),
      )
      .map(([type, content]) => ({ type, content })),
  },
);
const query = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  {
    weight: 2,
    arbitrary: fc
      .array(
        fc.tuple(
          fc.constantFrom(
            'limit',
            'cursor',
            'name',
            'status',
            'leafId',
            'all',
            'version',
            'after',
            'x',
            'limit[]',
            '__proto__',
          ),
          fc.constantFrom(
            '',
            '-1',
            '0',
            '1e9',
            'NaN',
            '%00',
            '%ff',
            '%',
            'true',
            'ready',
            'e30',
            '9'.repeat(30),
            newId(),
          ),
        ),
        { maxLength: 3 },
      )
      .map((pairs) => `?${pairs.map((pair) => pair.join('=')).join('&')}`),
  },
);
const headers = fc.record(
  {
    accept: fc.constantFrom('*/*', 'text/event-stream', 'application/json', 'image/png', ';;q=', 'a/b;q=x'),
    'last-event-id': fc.constantFrom('-1', 'x', '9'.repeat(40), '0', '1.5'),
    'idempotency-key': fc.constantFrom('', ' ', 'k', 'x'.repeat(300), '\u00e9'),
    'if-match': fc.constantFrom('*', '"x"', 'W/', ','),
    range: fc.constantFrom('bytes=0-', 'bytes=9-1', 'bytes=-', 'x'),
    authorization: fc.constantFrom('Bearer', 'Bearer x', 'Basic ='),
    'x-request-id': fc.constantFrom('ok', 'no spaces', 'x'.repeat(500)),
    'content-encoding': fc.constantFrom('gzip', 'identity', 'x'),
  },
  { requiredKeys: [] },
);
const method = fc.constantFrom('GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS', 'HEAD');

/** What is wrong with an answer to a malformed request; empty when nothing is. */
async function complaint(response: Response, usedMethod: string): Promise<string> {
  if (response.status >= 500 && response.status !== 503) return `status ${response.status}`;
  if (response.status < 400 || usedMethod === 'HEAD') return '';
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('application/problem+json')) return `content-type ${type}`;
  const problem = (await response.json()) as { status: number; code: string };
  return problem.status === response.status && problem.code.includes('.') ? '' : JSON.stringify(problem);
}

describe('malformed requests', () => {
  let server: Protostar;
  let ids: string[];
  let routes: string[];
  let groups: Record<string, string[]>;
  beforeAll(async () => {
    server = await startProtostar({ env: { FILE_LIMIT_BYTES: '20000' } });
    const collection = (await call(server, 'POST', '/api/v1/collections', { name: 'fuzz' })).body.id;
    const conversation = (await call(server, 'POST', '/api/v1/conversations', {})).body.id;
    const added = await call(server, 'POST', `/api/v1/collections/${collection}/documents`, {
      title: 't',
      text: 'some text',
    });
    const imported = await call(server, 'POST', `/api/v1/conversations/${conversation}/import`, {
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: 'hello' },
      ],
    });
    const webhook = await call(server, 'POST', '/api/v1/webhooks', {
      url: 'https://example.org/hook',
      events: ['document.ready'],
    });
    ids = [collection, conversation, added.body.data[0].id, imported.body.data[1].id, webhook.body.id];
    const openapi = (await call(server, 'GET', '/docs/openapi.json')).body;
    const all = Object.keys(openapi.paths);
    const of = (part: RegExp): string[] => all.filter((path) => part.test(path));
    groups = {
      knowledge: of(/collections|documents|search/),
      chat: of(/conversations(?!.*memory)|messages/),
      summary: of(/memory/),
      operations: [
        ...all.filter((path) => !path.startsWith('/api/')),
        '/docs',
        '/reference',
        '/docs/openapi.json',
      ],
      identity: of(/tickets/),
      webhooks: of(/webhooks/),
    };
    routes = all;
  });
  afterAll(() => server.stop());

  test('every documented route belongs to a group, and there is one of everything', () => {
    expect(ids).not.toContain(undefined);
    const grouped = new Set(Object.values(groups).flat());
    expect(routes.filter((path) => !grouped.has(path))).toEqual([]);
  });

  test.each(['knowledge', 'chat', 'summary', 'operations', 'identity', 'webhooks'])(
    '%s: a problem with a code, never a 5xx',
    async (group) => {
      const id = fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...ids) },
        {
          weight: 2,
          arbitrary: fc.constantFrom(
            'x',
            '%00',
            '%ff',
            '..',
            newId(),
            newId().toUpperCase(),
            'x'.repeat(300),
            "'",
          ),
        },
      );
      const request = fc.record({
        method,
        path: fc.constantFrom(...(groups[group] ?? [])),
        id,
        query,
        headers,
        body,
      });
      await fc.assert(
        fc.asyncProperty(request, async (given) => {
          const leave = new AbortController();
          const hasBody = !['GET', 'HEAD', 'OPTIONS'].includes(given.method);
          const response = await fetch(server.url + given.path.replace('{id}', given.id) + given.query, {
            method: given.method,
            headers: { ...given.headers, ...(hasBody ? { 'content-type': given.body.type } : {}) },
            body: hasBody ? given.body.content : undefined,
            signal: leave.signal,
          });
          expect(await complaint(response, given.method)).toBe('');
          leave.abort();
        }),
        options as fc.Parameters<[unknown]>,
      );
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    },
    Math.max(60_000, runs * 100),
  );

  test('broken HTTP is refused or dropped, and the server lives on', async () => {
    const { port } = new URL(server.url);
    const raw = fc.oneof(
      fc.string({ unit: 'binary' }).map((line) => `${line}\r\n\r\n`),
      fc.constantFrom(
        'GET / HTTP/1.1\r\n\r\n',
        'GET / HTTP/9.9\r\nHost: localhost\r\n\r\n',
        'GET /\u0000 HTTP/1.1\r\nHost: localhost\r\n\r\n',
        'POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n',
        'POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nz',
        `GET / HTTP/1.1\r\nHost: localhost\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`,
      ),
    );
    await fc.assert(
      fc.asyncProperty(raw, async (bytes) => {
        const socket = connect(Number(port), '127.0.0.1');
        let answer = '';
        socket.on('data', (data) => (answer += String(data)));
        socket.on('error', () => undefined);
        socket.end(bytes);
        await once(socket, 'close');
        expect(answer).not.toMatch(/^HTTP\/1\.1 5/);
      }),
      { ...(options as fc.Parameters<[unknown]>), numRuns: Math.min(runs, 300) },
    );
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  }, 120_000);
});
