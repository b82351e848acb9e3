import { Controller, Get } from '@nestjs/common';
import { LOCAL_OWNER_ID } from '../../src/shared/caller.js';
import { newId } from '../../src/shared/ids.js';
import { startProbe, type Probe } from './http-probe.js';
import { ThingController } from './http-probe.controller.js';

@Controller()
class OperationsController {
  @Get('metrics')
  metrics() {
    return {};
  }

  @Get('admin/queues')
  queues() {
    return {};
  }

  @Get('health/live')
  live() {
    return {};
  }
}

const things = '/api/v1/things';

/** The headers that Chromium sends along in each case, besides those that do not matter here. */
const browser = {
  addressBar: { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  link: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  image: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
  fetch: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
  ownFetch: { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
  form: {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
    'content-type': 'multipart/form-data; boundary=b',
  },
};

describe('AUTH_MODE=none', () => {
  let probe: Probe;

  beforeAll(async () => {
    probe = await startProbe([ThingController, OperationsController], {
      ALLOWED_HOSTS: 'protostar.local',
      CORS_ORIGINS: 'https://app.example.com',
    });
  });

  afterAll(async () => {
    await probe.close();
  });

  const code = async (path: string, headers: Record<string, string>, method = 'GET') => {
    const answer = await probe.send(path, { headers, method });
    return answer.status === 200 ? 'ok' : `${answer.status} ${String(answer.json().code)}`;
  };

  it('makes every request the local admin', async () => {
    const answer = await probe.send(`${things}/${newId()}`, {
      headers: { authorization: 'Bearer whatever' },
    });
    expect(answer.json().ownerId).toBe(LOCAL_OWNER_ID);
    expect((await probe.send('/metrics')).status).toBe(200);
  });

  it.each([
    'localhost',
    'LOCALHOST:3000',
    '127.0.0.1:80',
    '[::1]:3000',
    'protostar.local',
    'Protostar.Local:8080',
  ])('serves the host %s', async (host) => {
    expect(await code(things, { host })).toBe('ok');
  });

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.2',
    '10.0.0.1:3000',
    'localhost.',
    'x@localhost',
  ])('421 for the host "%s", on unknown paths, pages and forms too', async (host) => {
    for (const path of [things, '/nowhere', '/docs', '/health/live']) {
      expect(await code(path, { host })).toBe('421 request.host-not-allowed');
    }
    const form = { host, 'content-type': 'multipart/form-data; boundary=b' };
    expect(await code(`${things}/form`, form, 'POST')).toBe('421 request.host-not-allowed');
  });

  it.each([
    'https://evil.example',
    'null',
    'http://localhost:8080',
    'https://app.example.com.evil.example',
    'http://app.example.com',
  ])('403 for the origin %s, whatever the method', async (origin) => {
    const headers = { origin, ...browser.fetch };
    expect(await code(things, headers)).toBe('403 request.origin-refused');
    expect(await code(things, headers, 'OPTIONS')).toBe('403 request.origin-refused');
    expect(await code('/nowhere', headers)).toBe('403 request.origin-refused');
    expect(await code(`${things}/form`, { origin, ...browser.form }, 'POST')).toBe(
      '403 request.origin-refused',
    );
  });

  it('takes our own origin and a listed one', async () => {
    const own = {
      host: `localhost:${probe.port}`,
      origin: `http://localhost:${probe.port}`,
      ...browser.ownFetch,
    };
    expect(await code(things, own)).toBe('ok');
    expect(await code(things, { origin: 'https://app.example.com', ...browser.fetch })).toBe('ok');
  });

  it('refuses what another site embeds or submits without an Origin', async () => {
    expect(await code(things, browser.image)).toBe('403 request.origin-refused');
    expect(await code(things, browser.link)).toBe('403 request.origin-refused');
    expect(await code('/docs', browser.image)).toBe('403 request.origin-refused');
    expect(await code(`${things}/form`, browser.form, 'POST')).toBe('403 request.origin-refused');
  });

  it.each(['/docs', '/reference'])('lets a link from elsewhere lead to %s', async (path) => {
    expect((await probe.send(path, { headers: browser.link })).status).toBe(200);
    expect((await probe.send(path, { headers: browser.addressBar })).status).toBe(200);
  });

  it('grants a listed origin its preflight and its answers', async () => {
    const preflight = await probe.send(things, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example.com',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-allow-headers':
        'Authorization, Content-Type, Last-Event-ID, Idempotency-Key, If-Match, X-Request-Id',
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      vary: 'Origin',
    });
    const problem = await probe.send(`${things}/x`, { headers: { origin: 'https://app.example.com' } });
    expect(problem.status).toBe(400);
    expect(problem.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-expose-headers': 'Location, ETag, Retry-After, X-Request-Id, Content-Disposition',
    });
  });

  it('has no CORS header for anyone else', async () => {
    const answer = await probe.send(things);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('AUTH_MODE=token', () => {
  let probe: Probe;
  let admin: string;
  let alice: string;
  let aliceOwner: string;

  const as = (key: string) => ({ authorization: `Bearer ${key}` });

  beforeAll(async () => {
    probe = await startProbe([ThingController, OperationsController], {
      AUTH_MODE: 'token',
      HOST: '0.0.0.0',
    });
    admin = (await probe.keys.create({ owner: 'ops', role: 'admin', name: 'ops' })).key;
    const created = await probe.keys.create({ owner: 'alice', role: 'user', name: 'laptop' });
    alice = created.key;
    aliceOwner = created.ownerId;
  });

  afterAll(async () => {
    await probe.close();
  });

  it('knows the owner of a key', async () => {
    const answer = await probe.send(`${things}/${newId()}`, { headers: as(alice) });
    expect(answer.json().ownerId).toBe(aliceOwner);
    const again = await probe.keys.create({ owner: 'alice', role: 'user', name: 'phone' });
    expect(again.ownerId).toBe(aliceOwner);
  });

  it('stores no secret', async () => {
    const rows = await probe.database.database.query('SELECT * FROM api_key');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(alice.split('_').slice(2).join('_'));
  });

  it.each([
    ['nothing', {}],
    ['another scheme', { authorization: 'Basic YTpi' }],
    ['an empty key', { authorization: 'Bearer ' }],
    ['a made-up key', { authorization: `Bearer ps_${'0'.repeat(32)}_${'A'.repeat(43)}` }],
    ['a NUL', { authorization: 'Bearer a%00' }],
  ])('401 with WWW-Authenticate for %s', async (_, headers) => {
    for (const path of [things, '/nowhere', '/metrics', '/admin/queues', `${things}/x`]) {
      const answer = await probe.send(path, { headers: headers as Record<string, string> });
      expect(answer.status).toBe(401);
      expect(answer.json().code).toBe('identity.unauthenticated');
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="protostar"');
    }
  });

  it('401 for the right id with another secret', async () => {
    const forged = alice.slice(0, 36) + admin.slice(36);
    expect((await probe.send(things, { headers: as(forged) })).status).toBe(401);
  });

  it('401 before a body is read', async () => {
    const answer = await probe.send(things, {
      method: 'POST',
      body: 'x'.repeat(100),
      headers: { 'content-type': 'x/y' },
    });
    expect(answer.status).toBe(401);
  });

  it.each(['/metrics', '/admin/queues', '/%6detrics', '/admin/%71ueues'])(
    'keeps %s for admins',
    async (path) => {
      const refused = await probe.send(path, { headers: as(alice) });
      expect(refused.status).toBe(403);
      expect(refused.json().code).toBe('identity.admin-only');
      expect((await probe.send(path, { headers: as(admin) })).status).toBe(200);
    },
  );

  it.each(['/health/live', '/docs', '/docs/openapi.json', '/reference'])(
    'needs no key for %s',
    async (path) => {
      expect((await probe.send(path)).status).toBe(200);
    },
  );

  it('serves any host, since a page elsewhere holds no key', async () => {
    const headers = { ...as(alice), host: 'protostar.example.com', origin: 'https://evil.example' };
    const answer = await probe.send(things, { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('forgets a revoked key with the next request', async () => {
    const { id, key } = await probe.keys.create({ owner: 'bob', role: 'user', name: 'old' });
    expect((await probe.send(things, { headers: as(key) })).status).toBe(200);
    await probe.keys.revoke(id);
    expect((await probe.send(things, { headers: as(key) })).status).toBe(401);
    await expect(probe.keys.revoke(id)).rejects.toMatchObject({ code: 'identity.key-not-found' });
    const listed = (await probe.keys.list()).find((entry) => entry.id === id);
    expect(listed).toMatchObject({ ownerName: 'bob', revokedAt: expect.any(Date) as Date });
  });

  describe('tickets', () => {
    const issue = async (key: string, path: string) => {
      const answer = await probe.send('/api/v1/tickets', {
        method: 'POST',
        body: { path },
        headers: as(key),
      });
      return { status: answer.status, ...answer.json<{ url: string; expiresAt: string }>() };
    };

    it('opens its path by GET, again and again, as its owner', async () => {
      const path = `${things}/${newId()}`;
      const { status, url, expiresAt } = await issue(alice, path);
      expect(status).toBe(201);
      const minutes = (Date.parse(expiresAt) - Date.now()) / 60_000;
      expect(minutes).toBeGreaterThan(14);
      expect(minutes).toBeLessThanOrEqual(15);
      for (const _ of [1, 2]) expect((await probe.send(url)).json().ownerId).toBe(aliceOwner);
      expect((await probe.send(url, { method: 'HEAD' })).status).toBe(200);
    });

    it('opens nothing else', async () => {
      const path = `${things}/${newId()}`;
      const { url } = await issue(alice, path);
      const ticket = url.split('?')[1];
      expect((await probe.send(`${things}/${newId()}?${ticket}`)).status).toBe(401);
      expect((await probe.send(`${path}/text?${ticket}`)).status).toBe(401);
      expect((await probe.send(url, { method: 'DELETE' })).status).toBe(401);
      expect((await probe.send(url, { method: 'PATCH', body: { title: 'x' } })).status).toBe(401);
      expect((await probe.send(`${path}?ticket=${'A'.repeat(43)}`)).status).toBe(401);
    });

    it('keeps a query that the path has', async () => {
      const { url } = await issue(alice, `${things}?limit=3`);
      expect((await probe.send(url)).json().data).toEqual([{ limit: 3 }]);
    });

    it('dies with its key and with its time', async () => {
      const { id, key } = await probe.keys.create({ owner: 'bob', role: 'user', name: 'short' });
      const { url } = await issue(key, things);
      expect((await probe.send(url)).status).toBe(200);
      await probe.keys.revoke(id);
      expect((await probe.send(url)).status).toBe(401);
      const { url: late } = await issue(alice, things);
      await probe.database.database.execute("UPDATE ticket SET expires_at = now() - interval '1 second'");
      expect((await probe.send(late)).status).toBe(401);
    });

    it.each(['/metrics', 'https://evil.example/api/v1/x', '/api/v1/../../metrics', '/api/v1/a b', '', 'x'])(
      'is not made for %s',
      async (path) => {
        expect((await issue(alice, path)).status).toBe(400);
      },
    );

    it.each([`${things}/fail/not-found`, '/api/v1/nowhere', `${things}/${newId()}/cancel`])(
      'is not made for %s, where nothing can be read',
      async (path) => {
        expect((await issue(alice, path)).status).toBe(404);
      },
    );

    it('is made once for one Idempotency-Key', async () => {
      const request = {
        method: 'POST',
        body: { path: things },
        headers: { ...as(alice), 'idempotency-key': 'one-ticket' },
      };
      const first = await probe.send('/api/v1/tickets', request);
      const again = await probe.send('/api/v1/tickets', request);
      expect(again.json()).toEqual(first.json());
      expect(again.headers['idempotent-replayed']).toBe('true');
    });

    it('is never logged', async () => {
      const { url } = await issue(alice, things);
      await probe.send(url);
      expect(JSON.stringify(probe.log)).not.toContain(url.split('ticket=')[1]);
      expect(JSON.stringify(probe.log)).not.toContain(alice);
    });
  });
});
