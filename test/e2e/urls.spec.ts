import { page, ScriptedSite, type SiteAnswer } from '../scripted-site.js';
import { waitFor } from '../wait-for.js';
import { call, newWorld, startProtostar, type Json, type Protostar, type World } from './harness.js';

const article = (days: number): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Leave &amp; holidays</title>
<link rel="canonical" href="/handbook/leave"></head>
<body><nav><a href="/">Home</a><a href="/news">News</a></nav>
<main><h1>Leave</h1><p>Every employee has ${days} days of annual leave, and may carry five of them over to the next year.</p>
<h2>How to ask for it</h2><p>Ask your team lead two weeks before, in writing. 휴가는 두 주 전에 서면으로 신청합니다.</p></main>
</body></html>`;

/** Serves a page with an entity tag, and `304` to whoever has it. */
const tagged =
  (tag: string, body: string): SiteAnswer =>
  (response, request) =>
    request.headers['if-none-match'] === tag
      ? page('', { etag: tag }, 304)(response, request)
      : page(body, { etag: tag })(response, request);

let site: ScriptedSite;
beforeEach(async () => {
  site = await ScriptedSite.open();
});
afterEach(() => site.close());

const settings = (): Record<string, string> => ({
  FETCH_ALLOWED_HOSTS: site.host,
  RECONCILE_INTERVAL_MS: '200',
});

async function addUrl(server: Protostar, url: string): Promise<{ status: number; body: Json }> {
  const { body } = await call(server, 'GET', '/api/v1/collections?name=default');
  return call(server, 'POST', `/api/v1/collections/${body.data[0].id}/documents`, { url });
}

const documentOf = async (server: Protostar, id: string): Promise<Json> =>
  (await call(server, 'GET', `/api/v1/documents/${id}`)).body;

const untilIt = (server: Protostar, id: string, status: string): Promise<void> =>
  waitFor(async () => (await documentOf(server, id)).status === status, { timeoutMs: 40_000, what: status });

const found = async (server: Protostar, query: string): Promise<string[]> =>
  (await call(server, 'POST', '/api/v1/search', { query })).body.data.map(({ text }: Json) => text);

it('a page becomes a searchable document, is looked at again, and is replaced when it has changed', async () => {
  const server = await startProtostar({ env: settings() });
  site.serves('/leave', tagged('"1"', article(25)));
  const added = await addUrl(server, site.url('/leave'));
  expect(added.status).toBe(202);
  const [{ id }] = added.body.data;
  await untilIt(server, id, 'ready');

  const document = await documentOf(server, id);
  expect(document).toMatchObject({
    title: 'Leave & holidays',
    filename: 'leave.html',
    mimeType: 'text/html',
    source: { url: site.url('/leave'), canonicalUrl: site.url('/handbook/leave') },
  });
  const [passage = ''] = await found(server, 'How many days of annual leave?');
  expect(passage).toContain('25 days of annual leave');
  expect(passage).not.toContain('News');
  expect((await addUrl(server, site.url('/leave#top'))).body.data).toMatchObject([{ id, duplicate: true }]);

  const refresh = (): ReturnType<typeof call> => call(server, 'POST', `/api/v1/documents/${id}/refresh`);
  const unchanged = await refresh();
  expect([unchanged.status, unchanged.body.version]).toEqual([200, 1]);
  expect(Date.parse(unchanged.body.source.fetchedAt)).toBeGreaterThan(Date.parse(document.source.fetchedAt));

  site.serves('/leave', tagged('"2"', article(27)));
  const changed = await refresh();
  expect([changed.status, changed.body.version]).toEqual([202, 2]);
  await untilIt(server, id, 'ready');
  expect((await found(server, 'How many days of annual leave?'))[0]).toContain('27 days of annual leave');

  site.pages.delete('/leave');
  expect((await refresh()).body).toMatchObject({ version: 3, searchableVersion: 2, status: 'failed' });
  expect((await found(server, 'How many days of annual leave?'))[0]).toContain('27 days of annual leave');
  expect(site.seen).toEqual(['GET /robots.txt', 'GET /leave', 'GET /leave', 'GET /leave', 'GET /leave']);
  await server.stop();
});

it('nothing inside is reached, by whatever way a URL leads there', async () => {
  const inside = await ScriptedSite.open();
  const server = await startProtostar({ env: settings() });
  site.serves('/out', (response) => void response.writeHead(302, { location: inside.url('/secret') }).end());
  const { port } = new URL(server.url);
  for (const url of [
    inside.url('/'),
    `http://localhost:${port}/health/live`,
    `http://[::1]:${port}/health/live`,
    'http://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd',
  ]) {
    const refused = await addUrl(server, url);
    expect([url, refused.status, refused.body.code]).toEqual([url, 422, 'knowledge.url-refused']);
  }
  const { body } = await addUrl(server, site.url('/out'));
  await untilIt(server, body.data[0].id, 'failed');
  const { error } = await documentOf(server, body.data[0].id);
  expect(error).toMatchObject({ code: 'knowledge.url-refused', status: 422 });
  expect(inside.connections).toBe(0);
  await server.stop();
  await inside.close();
});

describe('a worker that dies', () => {
  /** @returns once a process of it has killed itself and the rest is gone too. */
  async function startToDie(
    world: World,
    crashPoint: string,
    work: (server: Protostar) => Promise<void>,
  ): Promise<void> {
    const server = await startProtostar({ world, env: { ...settings(), CRASH_POINT: crashPoint } });
    // In one process with the API, the answer may die with it.
    await Promise.race([work(server), died(server)]);
    await died(server);
    await server.kill();
  }

  const died = (server: Protostar): Promise<void> =>
    waitFor(() => server.processes.some(({ process: child }) => child.signalCode === 'SIGKILL'), {
      what: 'the crash',
    });

  it('before it has fetched, or after it on looking again, leaves a document that becomes ready all the same', async () => {
    const world = await newWorld();
    site.serves('/leave', tagged('"1"', article(25)));
    await startToDie(world, 'knowledge.before-fetch', async (server) => {
      await addUrl(server, site.url('/leave'));
    });

    const server = await startProtostar({ world, env: settings() });
    const [{ id, duplicate }] = (await addUrl(server, site.url('/leave'))).body.data;
    expect(duplicate).toBe(true);
    await untilIt(server, id, 'ready');
    expect(await found(server, 'annual leave')).toHaveLength(1);

    // And once more while it looks whether anything has changed.
    await server.stop();
    await startToDie(world, 'knowledge.after-fetch', async (dying) => {
      await call(dying, 'POST', `/api/v1/documents/${id}/refresh`).catch(() => undefined);
    });
    const last = await startProtostar({ world, env: settings() });
    await untilIt(last, id, 'ready');
    expect(await documentOf(last, id)).toMatchObject({ version: 1, searchableVersion: 1 });
    await last.stop();
  }, 120_000);
});
