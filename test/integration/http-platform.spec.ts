import { newId } from '../../src/shared/ids.js';
import { startProbe, type Probe, type ProbeAnswer } from './http-probe.js';
import { ThingController } from './http-probe.controller.js';

describe('HTTP platform', () => {
  let probe: Probe;
  const things = '/api/v1/things';

  beforeAll(async () => {
    probe = await startProbe([ThingController]);
  });

  afterAll(async () => {
    await probe.close();
  });

  function expectProblem(answer: ProbeAnswer, status: number, code: string): void {
    expect({ status: answer.status, ...answer.json() }).toMatchObject({
      status,
      code,
      type: `urn:protostar:problem:${code}`,
      title: expect.any(String) as string,
      detail: expect.any(String) as string,
      requestId: answer.headers['x-request-id'],
    });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  }

  describe('answers', () => {
    it('carries the security headers, no-store and a request id', async () => {
      const answer = await probe.send(`${things}/${newId()}`);
      expect(answer.status).toBe(200);
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
      });
      expect(answer.json().requestId).toBe(answer.headers['x-request-id']);
    });

    it.each([
      ['takes a well-formed id', 'my.Request-1_0', true],
      ['makes its own for other characters', 'a b', false],
      ['makes its own for one that is too long', 'x'.repeat(129), false],
    ])('%s', async (_, given, taken) => {
      const answer = await probe.send(`${things}/${newId()}`, { headers: { 'x-request-id': given } });
      expect(answer.headers['x-request-id'] === given).toBe(taken);
      expect(answer.headers['x-request-id']).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
    });

    it('keeps the request id while a body is read', async () => {
      const answer = await probe.send(things, {
        method: 'POST',
        body: { title: 'x' },
        headers: { 'x-request-id': 'through-the-body' },
      });
      expect(answer.json().requestId).toBe('through-the-body');
    });

    it('answers HEAD as GET without the body', async () => {
      const answer = await probe.send(`${things}/${newId()}`, { method: 'HEAD' });
      expect(answer.status).toBe(200);
      expect(answer.text).toBe('');
    });

    it('logs one line with the route, never the URL', async () => {
      const id = newId();
      const { headers } = await probe.send(`${things}/${id}?ticket=hush`);
      const line = probe.log.find(({ requestId }) => requestId === headers['x-request-id']);
      expect(line).toMatchObject({
        msg: 'request.completed',
        method: 'GET',
        route: '/api/v1/things/:id',
        status: 200,
        durationMs: expect.any(Number) as number,
        ownerId: '00000000-0000-7000-8000-000000000001',
      });
      expect(JSON.stringify(probe.log)).not.toContain('hush');
    });
  });

  describe('lists', () => {
    it('gives limit and cursor', async () => {
      const first = await probe.send(`${things}?limit=3`);
      const { nextCursor, data } = first.json<{ nextCursor: string; data: object[] }>();
      expect(data).toEqual([{ limit: 3 }]);
      const second = await probe.send(`${things}?cursor=${nextCursor}`);
      expect(second.json().data).toEqual([{ limit: 20, afterId: expect.any(String) as string }]);
    });

    it.each([
      'limit=0',
      'limit=101',
      'limit=',
      'limit=1.5',
      'limit=abc',
      'limit=1&limit=2',
      'cursor=abc',
      'cursor=',
      'cursor=%00',
      'colour=red',
      '__proto__=x',
      'constructor=x',
    ])('refuses ?%s', async (query) => {
      expectProblem(await probe.send(`${things}?${query}`), 400, 'request.invalid');
    });
  });

  describe('refusals', () => {
    const invalidBodies: [string, string | object, string | null][] = [
      ['no JSON', '{"title":', null],
      ['nothing at all', '', '/title'],
      ['an array', '[]', ''],
      ['text', '"x"', ''],
      ['null', 'null', ''],
      ['a missing field', {}, '/title'],
      ['a wrong type', { title: 5 }, '/title'],
      ['an unknown field', { title: 'x', colour: 'red' }, '/colour'],
      [
        'a fault in a nested list',
        { title: 'x', turns: [{ content: 'ok' }, { content: 1 }] },
        '/turns/1/content',
      ],
      ['an unknown nested field', { title: 'x', turns: [{ content: 'ok', 'a/b~c': 1 }] }, '/turns/0/a~1b~0c'],
      ['a list where an object belongs', { title: 'x', turns: [[]] }, '/turns/0'],
      ['a name that no object may have', '{"title":"x","metadata":{"constructor":1}}', null],
      ['__proto__', '{"title":"x","__proto__":{"admin":true}}', null],
      ['constructor.prototype', '{"title":"x","constructor":{"prototype":{"admin":true}}}', null],
      ['NUL', '{"title":"a\\u0000b"}', '/title'],
      ['NUL in a deep key', '{"title":"x","metadata":{"a":{"b\\u0000":1}}}', '/metadata/a'],
      ['half a surrogate pair', '{"title":"\\ud800"}', '/title'],
      ['too deep', `{"title":"x","metadata":${'{"a":'.repeat(70)}1${'}'.repeat(70)}}`, null],
      ['very deep', `{"title":"x","metadata":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, null],
    ];

    it.each(invalidBodies)('400 for a body that is %s', async (_, body, path) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await probe.send(things, { method: 'POST', body, headers });
      expectProblem(answer, 400, 'request.invalid');
      const paths = (answer.json<{ errors?: { path: string }[] }>().errors ?? []).map((error) => error.path);
      expect(paths).toEqual([...new Set(paths)]);
      expect(path === null ? paths.length === 0 : paths.includes(path)).toBe(true);
    });

    it('names each place once, and says what it should be', async () => {
      const answer = await probe.send(things, { method: 'POST', body: { size: 'x', turns: ['x'] } });
      expect(answer.json().errors).toEqual([
        { path: '/title', message: 'is missing, but must be a string' },
        { path: '/size', message: 'must be an integer number' },
        { path: '/turns/0', message: 'must be an object' },
      ]);
    });

    it('400 for bytes that are no UTF-8', async () => {
      const body = Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]);
      const headers = { 'content-type': 'application/json' };
      expectProblem(await probe.send(things, { method: 'POST', body, headers }), 400, 'request.invalid');
    });

    it('takes an emoji, which is a whole surrogate pair', async () => {
      const answer = await probe.send(things, {
        method: 'POST',
        body: '{"title":"\\ud83d\\ude00"}',
        headers: { 'content-type': 'application/json' },
      });
      expect(answer.json().title).toBe('😀');
    });

    it('400 for fields in the body of a route that takes none, but not for an empty one', async () => {
      const path = `${things}/${newId()}/cancel`;
      expectProblem(await probe.send(path, { method: 'POST', body: { x: 1 } }), 400, 'request.invalid');
      expect((await probe.send(path, { method: 'POST', body: {} })).status).toBe(201);
      expect((await probe.send(path, { method: 'POST' })).status).toBe(201);
      const headers = { 'content-type': 'application/json' };
      expect((await probe.send(path, { method: 'POST', body: '', headers })).status).toBe(201);
    });

    it.each(['1', 'x'.repeat(4_000), '%F0%9F%98%80', "'%20OR%201=1", '..%2f..%2fetc'])(
      '400 for the id %s',
      async (id) => {
        expectProblem(await probe.send(`${things}/${id}`), 400, 'request.invalid');
      },
    );

    it.each(['/%', '/api/v1/things/%zz', '/api/v1/things/%00', '/api/v1/things/%ff'])(
      '400 for the malformed path %s',
      async (path) => {
        expectProblem(await probe.send(path), 400, 'request.invalid');
      },
    );

    it.each(['/nowhere', '/api/v1', '/api/v1/things/', '//', '/api/v1/Things'])(
      '404 for %s',
      async (path) => {
        expectProblem(await probe.send(path), 404, 'request.not-found');
      },
    );

    it('404 before the body of an unknown path is judged', async () => {
      const answer = await probe.send('/nowhere', {
        method: 'POST',
        body: 'x',
        headers: { 'content-type': 'text/plain' },
      });
      expectProblem(answer, 404, 'request.not-found');
    });

    it.each(['PUT', 'OPTIONS', 'TRACE', 'PROPFIND'])('405 with Allow for %s', async (method) => {
      const answer = await probe.send(`${things}/${newId()}`, { method });
      expectProblem(answer, 405, 'request.method-not-allowed');
      expect(answer.headers.allow).toBe('DELETE, GET, HEAD, PATCH');
    });

    it.each(['*/*', 'application/*', 'text/html, application/json;q=0.1', 'text/html, */*;q=0.1'])(
      'takes Accept: %s',
      async (accept) => {
        expect((await probe.send(`${things}/${newId()}`, { headers: { accept } })).status).toBe(200);
      },
    );

    it.each(['text/html', 'application/json;q=0', 'garbage'])('406 for Accept: %s', async (accept) => {
      const answer = await probe.send(`${things}/${newId()}`, { headers: { accept } });
      expectProblem(answer, 406, 'request.not-acceptable');
    });

    it('judges Accept by what the route declares', async () => {
      const path = `${things}/${newId()}/text`;
      expect((await probe.send(path, { headers: { accept: 'text/plain' } })).status).toBe(200);
      expect((await probe.send(path, { headers: { accept: 'application/json' } })).status).toBe(406);
    });

    it.each([
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/xml',
      'nonsense',
      'multipart/form-data; boundary=x',
    ])('415 for a body of %s', async (type) => {
      const answer = await probe.send(things, {
        method: 'POST',
        body: 'title=x',
        headers: { 'content-type': type },
      });
      expectProblem(answer, 415, 'request.unsupported-media-type');
    });

    it('415 for a compressed body', async () => {
      const answer = await probe.send(things, {
        method: 'POST',
        body: { title: 'x' },
        headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
      });
      expectProblem(answer, 415, 'request.unsupported-media-type');
    });

    it('413 for a body past the limit', async () => {
      const body = { title: 'x'.repeat(17 * 1024 * 1024) };
      expectProblem(await probe.send(things, { method: 'POST', body }), 413, 'request.too-large');
    });

    it.each([
      ['without a boundary', 'multipart/form-data', 'x'],
      [
        'that ends early',
        'multipart/form-data; boundary=b',
        '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx',
      ],
      [
        'with a hostile name',
        'multipart/form-data; boundary=b',
        '--b\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\nx\r\n--b--\r\n',
      ],
    ])('400 for a form %s', async (_, type, body) => {
      const answer = await probe.send(`${things}/form`, {
        method: 'POST',
        body,
        headers: { 'content-type': type },
      });
      expectProblem(answer, 400, 'request.invalid');
    });

    it.each([
      ['forbidden', 403],
      ['not-found', 404],
      ['conflict', 409],
      ['precondition-failed', 412],
      ['too-large', 413],
      ['unsupported', 415],
      ['unprocessable', 422],
      ['limited', 429],
      ['unavailable', 503],
    ])('an error of the kind %s → %i', async (kind, status) => {
      const answer = await probe.send(`${things}/fail/${kind}`);
      expectProblem(answer, status, `thing.${kind}`);
      expect(answer.headers['retry-after']).toBe(status === 429 || status === 503 ? '5' : undefined);
    });

    it('503 with Retry-After when a store is down', async () => {
      const answer = await probe.send(`${things}/fail/store-down`);
      expectProblem(answer, 503, 'service.unavailable');
      expect(answer.headers['retry-after']).toBe('5');
    });

    it('500 without internals, which are in the log', async () => {
      const answer = await probe.send(`${things}/fail/defect`);
      expectProblem(answer, 500, 'internal.unexpected');
      expect(answer.text).not.toContain('secret');
      const line = probe.log.find(
        ({ msg, requestId }) => msg === 'request.failed' && requestId === answer.headers['x-request-id'],
      );
      expect(JSON.stringify(line)).toContain('the secret of the defect');
    });
  });

  describe('below HTTP', () => {
    it.each([
      ['garbage', 'garbage\r\n\r\n', '400'],
      ['a bad length', 'POST /api/v1/things HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n', '400'],
      [
        'two framings',
        'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
        '400',
      ],
      [
        'headers past the limit',
        `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
        '431',
      ],
      ['a line past the limit', `GET /?${'q'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, '431'],
      ['no Host', 'GET /api/v1/things HTTP/1.1\r\nConnection: close\r\n\r\n', '421'],
    ])('answers %s with a problem', async (_, bytes, status) => {
      const answer = await probe.sendRaw(bytes);
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(answer).toMatch(/content-type: application\/problem\+json/i);
      expect(answer).toMatch(/x-request-id: /i);
    });

    it('ignores an expectation that nobody knows', async () => {
      const answer = await probe.sendRaw(
        `GET /api/v1/things HTTP/1.1\r\nHost: localhost\r\nExpect: 200-ok\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1.1 200 /);
    });
  });
});
