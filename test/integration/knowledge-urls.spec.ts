import { createHash } from 'node:crypto';
import { hostileUrls, insideAnswers } from '../builders/hostile-urls.js';
import { page, redirect, ScriptedSite, type SiteAnswer } from '../scripted-site.js';
import { waitFor } from '../wait-for.js';
import { KnowledgeWorld, type DocumentJson } from './knowledge-world.js';

describe('documents from URLs', () => {
  let world: KnowledgeWorld;
  let site: ScriptedSite;
  let collectionId: string;
  let waiting = 0;

  beforeAll(async () => {
    site = await ScriptedSite.open();
    world = await KnowledgeWorld.open({
      FETCH_ALLOWED_HOSTS: `${site.host},127.0.0.2`,
      FETCH_SILENCE_MS: '1000',
      FILE_LIMIT_BYTES: '10000',
    });
  });
  afterAll(async () => {
    await world.close();
    await site.close();
  });
  beforeEach(async () => {
    collectionId = await world.aCollection(`c-${Math.random()}`);
    world.extractor.beforeReading = async () => undefined;
    site.pages.clear();
    site.requests.length = 0;
  });

  /** Each test its own path: what another one has found there does not matter. */
  const aPath = (): string => `/page-${++waiting}`;
  const text = (content: string, headers = {}): SiteAnswer =>
    page(content, { 'content-type': 'text/plain', ...headers });

  async function add(url: string): Promise<DocumentJson> {
    const answer = await world.addUrl(collectionId, url);
    expect(answer.status).toBe(202);
    return answer.json<{ data: DocumentJson[] }>().data[0]!;
  }

  async function aReadyPage(content: string, headers = {}): Promise<DocumentJson & { path: string }> {
    const path = aPath();
    site.serves(path, text(content, headers));
    const { id } = await add(site.url(path));
    await world.drain();
    site.requests.length = 0;
    return { ...(await world.document(id)), path };
  }

  /** The answer, and what failed in the worker meanwhile. */
  async function refresh(
    id: string,
  ): Promise<{ status: number; document: DocumentJson; failures: unknown[] }> {
    const failures: unknown[] = [];
    let answered = false;
    const answer = world.send('POST', `/documents/${id}/refresh`).finally(() => (answered = true));
    await waitFor(async () => {
      failures.push(...(await world.drain()));
      return answered;
    });
    const given = await answer;
    return { status: given.status, document: given.json<DocumentJson>(), failures };
  }

  const timePasses = (id: string): Promise<unknown> =>
    world.query(
      `UPDATE document_version
       SET queued_at = queued_at - interval '1 hour', lease_until = lease_until - interval '1 hour'
       WHERE document_id = $1`,
      [id],
    );
  const objectsOf = async (id: string): Promise<string[]> =>
    (await world.objectKeys()).filter((key) => key.includes(id));

  /** A page that is served when the test says so. */
  function heldBack(path: string, content: string): { asked(): Promise<void>; serve(): void } {
    let serve: (() => void) | undefined;
    site.serves(path, (response, request) => (serve = () => text(content)(response, request)));
    return { asked: () => waitFor(() => serve !== undefined), serve: () => serve!() };
  }

  describe('adding', () => {
    it('answers at once and leaves the fetching to the worker', async () => {
      const path = aPath();
      site.serves(path, text('# Holidays\nTwenty-five days.'));
      const answer = await world.addUrl(collectionId, site.url(`${path}#top`), { year: 2026 });
      expect(answer.status).toBe(202);
      const [added] = answer.json<{ data: DocumentJson[] }>().data;
      expect(added).toMatchObject({
        duplicate: false,
        status: 'queued',
        title: `${site.host}${path}`,
        mimeType: null,
        sha256: null,
        sizeBytes: 0,
        metadata: { year: 2026 },
        source: { url: site.url(path), canonicalUrl: null, fetchedAt: null },
      });
      expect(site.seen).toEqual([]);

      expect(await world.drain()).toEqual([]);
      const document = await world.document(added!.id);
      const content = '# Holidays\nTwenty-five days.';
      expect(document).toMatchObject({
        status: 'ready',
        title: 'Holidays',
        filename: `${path.slice(1)}.txt`,
        mimeType: 'text/plain',
        sizeBytes: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
        version: 1,
        searchableVersion: 1,
        source: { url: site.url(path), canonicalUrl: site.url(path) },
      });
      expect(Date.now() - Date.parse(document.source!.fetchedAt!)).toBeLessThan(60_000);
      expect((await world.get(`/documents/${added!.id}/content`)).text).toBe(content);
      expect(site.seen).toContain(`GET ${path}`);
      expect(site.requests.at(-1)?.headers['user-agent']).toBe('ProtostarBot/1.0');
    });

    it('has no content, text or chunks before it has been fetched', async () => {
      const { id } = await add(site.url(aPath()));
      for (const part of ['content', 'text', 'chunks']) {
        expect((await world.get(`/documents/${id}/${part}`)).status).toBe(404);
      }
      await world.drain();
    });

    it('keeps the address where redirects end', async () => {
      const path = aPath();
      site.serves(path, redirect(`${path}/moved`)).serves(`${path}/moved`, text('moved'));
      const { id } = await add(site.url(path));
      await world.drain();
      expect((await world.document(id)).source).toMatchObject({
        url: site.url(path),
        canonicalUrl: site.url(`${path}/moved`),
      });
    });

    it('keeps a title that somebody has given', async () => {
      const path = aPath();
      site.serves(path, text('# Its own'));
      const { id } = await add(site.url(path));
      await world.send('PATCH', `/documents/${id}`, { title: 'Mine' });
      await world.drain();
      expect(await world.document(id)).toMatchObject({ status: 'ready', title: 'Mine' });
    });

    it('refuses what is wrong with the request', async () => {
      const send = (body: object): Promise<{ status: number }> =>
        world.send('POST', `/collections/${collectionId}/documents`, body);
      expect((await send({ url: '' })).status).toBe(400);
      expect((await send({ url: 7 })).status).toBe(400);
      expect((await send({ url: site.url('/'), title: 'x' })).status).toBe(400);
      expect((await send({ url: site.url('/'), metadata: [] })).status).toBe(400);
    });

    it('is repeated with the same idempotency key', async () => {
      const url = site.url(aPath());
      const headers = { 'idempotency-key': `k-${url}` };
      const route = `/collections/${collectionId}/documents`;
      const first = await world.send('POST', route, { url }, headers);
      const second = await world.send('POST', route, { url }, headers);
      expect([first.status, second.status]).toEqual([202, 202]);
      expect(second.json()).toEqual(first.json());
      expect(world.jobs.waiting).toHaveLength(1);
      await world.drain();
    });
  });

  describe('what is there already', () => {
    it('is the answer to the same URL, however it is written', async () => {
      const { id, path } = await aReadyPage('the same');
      const again = await world.addUrl(
        collectionId,
        site.url(path).replace('http://127.', 'HTTP://0x7f.') + '#part',
      );
      expect(again.status).toBe(200);
      expect(again.json<{ data: DocumentJson[] }>().data).toMatchObject([
        { id, duplicate: true, status: 'ready' },
      ]);
      expect(site.seen).toEqual([]);
    });

    it('is tried again when it has failed', async () => {
      const path = aPath();
      const { id } = await add(site.url(path));
      expect(await world.drain()).toHaveLength(1);
      site.serves(path, text('there it is'));
      const again = await world.addUrl(collectionId, site.url(path));
      expect(again.status).toBe(202);
      expect(again.json<{ data: DocumentJson[] }>().data).toMatchObject([
        { id, duplicate: true, status: 'queued' },
      ]);
      await world.drain();
      expect(await world.document(id)).toMatchObject({ status: 'ready' });
    });

    it('in another collection does not count', async () => {
      const { id, path } = await aReadyPage('twice');
      collectionId = await world.aCollection(`c-${Math.random()}`);
      const other = await add(site.url(path));
      await world.drain();
      expect(other.id).not.toBe(id);
      expect(await world.document(other.id)).toMatchObject({ status: 'ready' });
    });

    it('under another address ends in a failure that names it; nothing is kept', async () => {
      const uploaded = await world.aReadyDocument(collectionId, 'known by its bytes');
      const path = aPath();
      site.serves(path, text('known by its bytes'));
      const { id } = await add(site.url(path));
      await world.drain();
      const { status, error } = await world.document(id);
      expect([status, error?.code, error?.status]).toEqual(['failed', 'knowledge.duplicate-content', 409]);
      expect(JSON.stringify(error)).toContain(uploaded.id);
      expect(await objectsOf(id)).toEqual([]);
    });

    it('is the answer to an upload of the same bytes', async () => {
      const { id } = await aReadyPage('fetched first');
      const answer = await world.upload(collectionId, [{ filename: 'a.txt', content: 'fetched first' }]);
      expect(answer.status).toBe(200);
      expect(answer.json<{ data: DocumentJson[] }>().data).toMatchObject([{ id, duplicate: true }]);
    });
  });

  describe('refusals', () => {
    // A NUL is refused in any text, before anybody looks at what the text is.
    const isText = (url: string): boolean => url.length > 0 && url.length <= 2_048 && !url.includes('\0');
    const insideNames = new Set(insideAnswers.map(([name]) => name));
    /** Those that a name server has to be asked for are refused by the worker. */
    const refusedAtOnce = hostileUrls.filter((url) => {
      const host = URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : '';
      return !insideNames.has(host) && !host.endsWith('.example.org');
    });

    it('are at least 250 that need no look-up', () =>
      expect(refusedAtOnce.length).toBeGreaterThanOrEqual(250));

    it('all read alike, and none is stored', async () => {
      const before = await world.count('document');
      const answers = new Set<string>();
      const invalid = new Set<number>();
      for (const url of refusedAtOnce) {
        const answer = await world.addUrl(collectionId, url);
        const { code, detail } = answer.json<{ code: string; detail: string }>();
        if (isText(url)) answers.add(`${answer.status} ${code} ${detail}`);
        else invalid.add(answer.status);
      }
      expect([...invalid]).toEqual([400]);
      expect([...answers]).toEqual([
        '422 knowledge.url-refused The URL cannot be used. Give a public http or https address on port 80 or 443, without a user name in it.',
      ]);
      expect(await world.count('document')).toBe(before);
      expect(site.requests).toEqual([]);
    });

    it('of the worker read like those', async () => {
      const path = aPath();
      site.serves(path, redirect('http://169.254.169.254/latest/meta-data/'));
      const { id } = await add(site.url(path));
      await world.drain();
      const { status, error, attempts } = await world.document(id);
      expect({ status, attempts, error }).toMatchObject({
        status: 'failed',
        attempts: 1,
        error: {
          status: 422,
          code: 'knowledge.url-refused',
          detail:
            'The URL cannot be used. Give a public http or https address on port 80 or 443, without a user name in it.',
        },
      });
      const refusal = world.probe.log.findLast(({ msg }) => msg === 'outgoing-http.refused');
      expect(refusal).toMatchObject({ reason: 'address is not public', address: '169.254.169.254' });
      expect(JSON.stringify(refusal)).not.toContain('meta-data');
    });
  });

  describe('failures', () => {
    const broken: SiteAnswer = (response) =>
      void response.writeHead(200, { 'content-length': 100 }).end('short');
    const silent: SiteAnswer = () => undefined;

    it.each<[string, SiteAnswer, string, number]>([
      ['a page that is not there', page('', {}, 404), 'knowledge.url-answered-error', 422],
      ['one that is forbidden', page('', {}, 403), 'knowledge.url-answered-error', 422],
      ['an answer without content', page('', {}, 204), 'knowledge.url-answered-error', 422],
      ['one that says that nothing has changed', page('', {}, 304), 'knowledge.url-answered-error', 422],
      ['an empty page', text(''), 'knowledge.file-empty', 422],
      ['a type that cannot be read', text('\0binary'), 'knowledge.type-not-supported', 415],
      ['a page above the limit', text('x'.repeat(10_001)), 'knowledge.url-too-large', 413],
      [
        'one that is not what it says',
        text('x', { 'content-encoding': 'br' }),
        'knowledge.url-undecodable',
        422,
      ],
    ])('%s fails at the first attempt', async (_case, answer, code, status) => {
      const path = aPath();
      site.serves(path, answer);
      const { id } = await add(site.url(path));
      expect(await world.drain()).toHaveLength(1);
      expect(await world.document(id)).toMatchObject({
        status: 'failed',
        attempts: 1,
        error: { code, status },
      });
      expect(await objectsOf(id)).toEqual([]);
    });

    it.each<[string, SiteAnswer, string]>([
      ['a server error', page('', {}, 503), 'knowledge.url-answered-error'],
      ['a connection that breaks', broken, 'knowledge.url-unreachable'],
      ['a server that stays silent', silent, 'knowledge.url-too-slow'],
    ])('%s is tried three times', async (_case, answer, code) => {
      const path = aPath();
      site.serves(path, answer);
      const { id } = await add(site.url(path));
      for (const attempt of [1, 2, 3]) {
        await world.reconciler.execute();
        expect(await world.drain()).toHaveLength(attempt === 3 ? 1 : 0);
        await timePasses(id);
      }
      expect(site.seen.filter((seen) => seen === `GET ${path}`)).toHaveLength(3);
      expect(await world.document(id)).toMatchObject({
        status: 'failed',
        attempts: 3,
        error: { code, status: 503 },
      });
    });

    it('one that passes is followed by success', async () => {
      const path = aPath();
      site.serves(path, page('', {}, 500));
      const { id } = await add(site.url(path));
      await world.drain();
      site.serves(path, text('better'));
      await timePasses(id);
      await world.reconciler.execute();
      await world.drain();
      expect(await world.document(id)).toMatchObject({ status: 'ready', attempts: 2, error: null });
    });

    it.each([
      ['120', 120],
      ['86400', 300],
    ])('Retry-After: %s is waited for, %d seconds', async (asked, expected) => {
      const path = aPath();
      site.serves(path, page('', { 'retry-after': asked }, 429));
      const { id } = await add(site.url(path));
      await world.drain();
      const [row] = await world.query<{ seconds: string }>(
        `SELECT extract(epoch FROM queued_at - now()) AS seconds FROM document_version WHERE document_id = $1`,
        [id],
      );
      expect(Math.abs(Number(row!.seconds) - expected)).toBeLessThan(10);
    });

    it('can be retried', async () => {
      const path = aPath();
      const { id } = await add(site.url(path));
      await world.drain();
      site.serves(path, text('now'));
      expect((await world.send('POST', `/documents/${id}/retry`)).status).toBe(202);
      await world.drain();
      expect(await world.document(id)).toMatchObject({ status: 'ready' });
    });

    it('of the reading do not make it fetch again', async () => {
      const path = aPath();
      site.serves(path, text('%FAIL knowledge.document-damaged'));
      const { id } = await add(site.url(path));
      await world.drain();
      expect(await world.document(id)).toMatchObject({ error: { code: 'knowledge.document-damaged' } });
      site.requests.length = 0;
      await world.send('POST', `/documents/${id}/retry`);
      await world.drain();
      expect(site.seen).toEqual([]);
    });
  });

  describe('robots.txt', () => {
    let robots: ScriptedSite;
    let asking: KnowledgeWorld;

    beforeAll(async () => {
      asking = await KnowledgeWorld.open({ FETCH_ALLOWED_HOSTS: '127.0.0.0/8', FETCH_SILENCE_MS: '1000' });
    });
    afterAll(() => asking.close());

    // Each test its own origin, and a collection where its pages are new.
    beforeEach(async () => {
      robots = await ScriptedSite.open();
      collectionId = await asking.aCollection(`c-${Math.random()}`);
      robots.serves('/public', text('public')).serves('/private', text('private'));
    });
    afterEach(() => robots.close());

    async function fetched(path: string): Promise<DocumentJson> {
      const answer = await asking.addUrl(collectionId, robots.url(path));
      await asking.drain();
      return asking.document(answer.json<{ data: DocumentJson[] }>().data[0]!.id);
    }

    it('is asked once, and obeyed', async () => {
      robots.serves('/robots.txt', text('User-agent: ProtostarBot\nDisallow: /private'));
      expect(await fetched('/private')).toMatchObject({
        status: 'failed',
        error: { code: 'knowledge.url-withheld' },
      });
      expect(await fetched('/public')).toMatchObject({ status: 'ready' });
      expect(robots.seen).toEqual(['GET /robots.txt', 'GET /public']);
    });

    it('is obeyed by redirects too', async () => {
      robots
        .serves('/robots.txt', text('User-agent: *\nDisallow: /private'))
        .serves('/public', redirect('/private'));
      expect(await fetched('/public')).toMatchObject({ error: { code: 'knowledge.url-withheld' } });
      expect(robots.seen).toEqual(['GET /robots.txt', 'GET /public']);
    });

    it.each([404, 401, 410])('that is not there (%d) allows everything', async (status) => {
      robots.serves('/robots.txt', page('User-agent: *\nDisallow: /', {}, status));
      expect(await fetched('/private')).toMatchObject({ status: 'ready' });
    });

    it.each<[string, SiteAnswer]>([
      ['a server error', page('', {}, 500)],
      ['silence', () => undefined],
    ])('that answers with %s allows nothing for now', async (_case, answer) => {
      robots.serves('/robots.txt', answer);
      expect(await fetched('/private')).toMatchObject({ status: 'queued', attempts: 1 });
      expect(robots.seen).toEqual(['GET /robots.txt']);
    });

    it('without end is read as far as 512 KiB', async () => {
      const rules = `User-agent: *\nDisallow: /private\n${`# ${'x'.repeat(1_000)}\n`.repeat(100)}`;
      robots.serves('/robots.txt', (response) => {
        response.writeHead(200).write(rules);
        response.on('drain', () => response.write(`# ${'x'.repeat(60_000)}\n`));
        response.write(`# ${'x'.repeat(500_000)}\n`);
      });
      expect(await fetched('/private')).toMatchObject({ error: { code: 'knowledge.url-withheld' } });
    });

    it('is not asked when a setting says so', async () => {
      const bold = await KnowledgeWorld.open({
        FETCH_ALLOWED_HOSTS: robots.host,
        FETCH_RESPECT_ROBOTS: 'false',
      });
      robots.serves('/robots.txt', text('User-agent: *\nDisallow: /'));
      await bold.addUrl(await bold.defaultCollection(), robots.url('/private'));
      expect(await bold.drain()).toEqual([]);
      expect(robots.seen).toEqual(['GET /private']);
      await bold.close();
    });
  });

  describe('refreshing', () => {
    it('is for documents from URLs, of the caller', async () => {
      const { id } = await world.aReadyDocument(collectionId, `uploaded ${Math.random()}`);
      const answer = await world.send('POST', `/documents/${id}/refresh`);
      expect([answer.status, answer.json()['code']]).toEqual([409, 'knowledge.document-not-from-url']);
      const absent = await world.send('POST', '/documents/01931e5c-7c00-7000-8000-000000000000/refresh');
      expect(absent.status).toBe(404);
    });

    it('answers 200 when the server says that nothing has changed', async () => {
      const validators = { etag: '"v1"', 'last-modified': 'Tue, 24 Nov 2026 10:00:00 GMT' };
      const { id, path, source } = await aReadyPage('steady 1', validators);
      site.serves(path, page('', { etag: '"v1"' }, 304));
      for (const round of [1, 2, 3]) {
        const { status, document } = await refresh(id);
        expect([round, status]).toEqual([round, 200]);
        expect(document).toMatchObject({ version: 1, searchableVersion: 1, status: 'ready', chunkCount: 1 });
        expect(Date.parse(document.source!.fetchedAt!)).toBeGreaterThan(Date.parse(source!.fetchedAt!));
        expect(document.source!.canonicalUrl).toBe(source!.canonicalUrl);
      }
      expect(site.requests.at(-1)?.headers).toMatchObject({
        'if-none-match': '"v1"',
        'if-modified-since': 'Tue, 24 Nov 2026 10:00:00 GMT',
      });
      expect(await world.query('SELECT 1 FROM document_version WHERE document_id = $1', [id])).toHaveLength(
        1,
      );
    });

    it('answers 200 when the same bytes come again, and keeps them once', async () => {
      const { id } = await aReadyPage('steady 2');
      const before = await objectsOf(id);
      const { status, document } = await refresh(id);
      expect(status).toBe(200);
      expect(document).toMatchObject({ version: 1, status: 'ready' });
      expect(await objectsOf(id)).toEqual(before);
    });

    it('answers 202 with a new version when something has changed; the old one serves until then', async () => {
      const { id, path } = await aReadyPage('before');
      site.serves(path, text('after'));
      let searchableDuringReading: number | null = null;
      world.extractor.beforeReading = async () => {
        searchableDuringReading = (await world.document(id)).searchableVersion;
      };
      const { status } = await refresh(id);
      expect(status).toBe(202);
      await world.drain();
      expect(searchableDuringReading).toBe(1);
      expect(await world.document(id)).toMatchObject({ version: 2, searchableVersion: 2, status: 'ready' });
      expect((await world.get(`/documents/${id}/text`)).text).toBe('after');
      expect((await world.get(`/documents/${id}/text?version=1`)).text).toBe('before');
      const unchanged = await refresh(id);
      expect([unchanged.status, unchanged.document.version]).toEqual([200, 2]);
    });

    it('that fails leaves the old version to searches, and can be retried', async () => {
      const { id, path } = await aReadyPage('old');
      site.serves(path, page('', {}, 404));
      const { status, document } = await refresh(id);
      expect(status).toBe(202);
      expect(document).toMatchObject({ version: 2, searchableVersion: 1, status: 'failed' });
      expect((await world.get(`/documents/${id}/text`)).text).toBe('old');
      expect((await world.get(`/documents/${id}/content`)).text).toBe('old');
      site.serves(path, text('old'));
      await world.send('POST', `/documents/${id}/retry`);
      await world.drain();
      expect(await world.document(id)).toMatchObject({
        version: 1,
        searchableVersion: 1,
        status: 'ready',
        error: null,
      });
    });

    it('of one that failed in reading fetches it anew', async () => {
      const path = aPath();
      site.serves(path, text('%FAIL knowledge.document-damaged'));
      const { id } = await add(site.url(path));
      await world.drain();
      site.serves(path, text('sound'));
      expect((await refresh(id)).status).toBe(202);
      await world.drain();
      expect(await world.document(id)).toMatchObject({ version: 1, status: 'ready' });
      expect((await world.get(`/documents/${id}/text`)).text).toBe('sound');
    });

    it('of one that is in work starts nothing', async () => {
      const { id } = await add(site.url(aPath()));
      const answer = await world.send('POST', `/documents/${id}/refresh`);
      expect(answer.status).toBe(202);
      expect(answer.json()).toMatchObject({ version: 1, status: 'queued' });
      expect(world.jobs.waiting).toHaveLength(1);
      await world.drain();
    });

    it('is overtaken by an upload', async () => {
      const { id, path } = await aReadyPage('first');
      const held = heldBack(path, 'second');
      const answer = world.send('POST', `/documents/${id}/refresh`);
      await waitFor(() => world.jobs.waiting.length > 0);
      const drained = world.drain();
      await held.asked();
      const form = await world.replace(id, 'uploaded instead');
      expect(form.status).toBe(202);
      held.serve();
      await drained;
      await world.drain();
      expect((await answer).status).toBe(202);
      expect(await world.document(id)).toMatchObject({ version: 3, searchableVersion: 3, status: 'ready' });
      expect((await world.get(`/documents/${id}/text`)).text).toBe('uploaded instead');
    });

    it('does not wait for ever for a worker', async () => {
      const hasty = await KnowledgeWorld.open({ FETCH_ALLOWED_HOSTS: site.host, FETCH_REFRESH_WAIT_MS: '0' });
      const path = aPath();
      site.serves(path, text('hasty'));
      const added = await hasty.addUrl(await hasty.defaultCollection(), site.url(path));
      const { id } = added.json<{ data: DocumentJson[] }>().data[0]!;
      await hasty.drain();
      const answer = await hasty.send('POST', `/documents/${id}/refresh`);
      expect(answer.status).toBe(202);
      expect(answer.json()).toMatchObject({ version: 2, searchableVersion: 1, status: 'queued' });
      await hasty.drain();
      expect(await hasty.document(id)).toMatchObject({ version: 1, status: 'ready' });
      await hasty.close();
    });
  });

  describe('what happens meanwhile', () => {
    it('a worker that is lost while it fetches is replaced, and what it brings later is refused', async () => {
      const path = aPath();
      const held = heldBack(path, 'from the lost one');
      const { id } = await add(site.url(path));
      const lost = world.drain();
      await held.asked();
      await timePasses(id);
      site.serves(path, text('from the second'));
      expect(await world.reconciler.execute()).toBeGreaterThan(0);
      await world.drain();
      expect(await world.document(id)).toMatchObject({ status: 'ready', attempts: 2 });
      held.serve();
      expect(await lost).toEqual([]);
      expect((await world.get(`/documents/${id}/content`)).text).toBe('from the second');
      expect((await objectsOf(id)).filter((key) => key.endsWith('-original'))).toHaveLength(1);
    });

    it('a deletion ends the fetching', async () => {
      const path = aPath();
      const held = heldBack(path, 'too late');
      const { id } = await add(site.url(path));
      const drained = world.drain();
      await held.asked();
      expect((await world.send('DELETE', `/documents/${id}`)).status).toBe(204);
      expect(await drained).toEqual([]);
      await waitFor(async () => (await site.openConnections()) === 0);
      await world.drain();
      expect(await objectsOf(id)).toEqual([]);
    });

    it('a shutdown hands it back without counting the attempt', async () => {
      const path = aPath();
      const held = heldBack(path, 'never');
      const { id } = await add(site.url(path));
      const stop = new AbortController();
      world.jobs.lose();
      const work = world.ingestNext(stop.signal);
      await held.asked();
      site.serves(path, text('later'));
      stop.abort(new Error('shutting down'));
      await work;
      await world.drain();
      expect(await world.document(id)).toMatchObject({ status: 'ready', attempts: 1 });
    });
  });
});
