import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { maxAttempts } from '../../src/webhooks/domain/delivery-policy.js';
import { newId } from '../../src/shared/ids.js';
import { page, redirect } from '../scripted-site.js';
import { waitFor } from '../wait-for.js';
import { anEvent, WebhookWorld, type CreatedWebhookJson } from './webhook-world.js';

describe('webhooks', () => {
  let world: WebhookWorld;
  beforeAll(async () => {
    world = await WebhookWorld.open({ WEBHOOKS_PER_OWNER: '3' });
  });
  afterAll(() => world.close());
  beforeEach(() => world.removeAll());

  const body = (more: object = {}) => ({ url: world.site.url('/hook'), events: ['document.ready'], ...more });

  describe('as a resource', () => {
    it('tell their secret once', async () => {
      const created = await world.send('POST', '', body());
      const { id, secret, ...rest } = created.json<CreatedWebhookJson>();
      expect(created.status).toBe(201);
      expect(created.headers.location).toBe(`/api/v1/webhooks/${id}`);
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect(rest).toEqual({ ...body(), status: 'active', createdAt: expect.any(String) });
      const shown = await world.send('GET', `/${id}`);
      expect(shown.json()).toEqual({ id, ...rest });
      expect((await world.send('GET')).json()).toEqual({ data: [{ id, ...rest }], nextCursor: null });
    });

    it('are listed newest first, page by page', async () => {
      const [first, second, third] = [await world.aWebhook(), await world.aWebhook(), await world.aWebhook()];
      const pageOne = (await world.send('GET', '?limit=2')).json<{
        data: { id: string }[];
        nextCursor: string;
      }>();
      expect(pageOne.data.map(({ id }) => id)).toEqual([third.id, second.id]);
      const pageTwo = (await world.send('GET', `?limit=2&cursor=${pageOne.nextCursor}`)).json();
      expect(pageTwo).toMatchObject({ data: [{ id: first.id }], nextCursor: null });
    });

    it('are as many as allowed, also when all are asked for at once', async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => world.send('POST', '', body())));
      expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
        201, 201, 201, 403, 403, 403, 403, 403,
      ]);
      const refused = answers.find(({ status }) => status === 403)!.json();
      expect(refused).toMatchObject({
        code: 'quota.exceeded',
        detail: expect.stringContaining('3 webhooks'),
      });
      expect((await world.send('GET')).json<{ data: object[] }>().data).toHaveLength(3);
    });

    it.each([
      ['http://127.0.0.1/'],
      ['http://169.254.169.254/latest/meta-data/'],
      ['http://[::1]/'],
      ['https://user:pass@example.org/'],
      ['http://1.1.1.1:8443/'],
      ['ftp://example.org/'],
      ['http://0x7f.1/'],
      ['not a url'],
    ])('are not made for %s, and all such refusals read alike', async (url) => {
      const answer = await world.send('POST', '', body({ url }));
      expect(answer.status).toBe(422);
      expect(answer.json()).toMatchObject({
        code: 'webhook.url-refused',
        detail:
          'The URL cannot be used. Give a public http or https address on port 80 or 443, without a user name in it.',
      });
    });

    it.each([
      [{ events: [] }, '/events'],
      [{ events: ['document.deleted'] }, '/events/0'],
      [{ url: '' }, '/url'],
      [{ secret: 'mine' }, '/secret'],
    ])('are not made from %j', async (more, path) => {
      const answer = await world.send('POST', '', body(more));
      expect(answer.status).toBe(400);
      expect(answer.json()).toMatchObject({ code: 'request.invalid', errors: [{ path }] });
    });

    it('are made once for one Idempotency-Key', async () => {
      const headers = { 'idempotency-key': newId() };
      const [one, other] = [
        await world.send('POST', '', body(), headers),
        await world.send('POST', '', body(), headers),
      ];
      expect(other.json()).toEqual(one.json());
      expect((await world.send('GET')).json<{ data: object[] }>().data).toHaveLength(1);
    });

    it('go with their deliveries, and then are not there', async () => {
      const { id } = await world.aWebhook();
      await world.announce();
      expect((await world.send('DELETE', `/${id}`)).status).toBe(204);
      expect(await world.query('SELECT 1 FROM webhook_delivery')).toEqual([]);
      for (const [method, path] of [
        ['GET', `/${id}`],
        ['DELETE', `/${id}`],
        ['GET', `/${id}/deliveries`],
      ] as const) {
        const answer = await world.send(method, path);
        expect([answer.status, answer.json().code]).toEqual([404, 'webhook.not-found']);
      }
      expect(await world.deliver()).toBe(false);
    });
  });

  describe('as messages', () => {
    it('are signed, and say ids and a status', async () => {
      const { id, secret } = await world.aWebhook();
      world.site.serves('/hook', page('thanks'));
      await world.announce(anEvent('d-7'));
      expect(await world.deliver()).toBe(true);
      const [request] = world.site.requests;
      const { headers } = request!;
      expect(request).toMatchObject({ method: 'POST', path: '/hook' });
      expect(headers['content-type']).toBe('application/json');
      const sent = request!.body.toString();
      expect(JSON.parse(sent)).toEqual({
        type: 'document.ready',
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
        data: { documentId: 'd-7', collectionId: 'c-1', version: 1, status: 'ready' },
      });
      const signed = `${headers['webhook-id'] as string}.${headers['webhook-timestamp'] as string}.${sent}`;
      const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
      expect(headers['webhook-signature']).toBe(
        `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
      );
      expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1_000)).toBeLessThan(60);
      const [delivery] = await world.log(id);
      expect(delivery).toMatchObject({
        id: headers['webhook-id'],
        event: 'document.ready',
        payload: JSON.parse(sent),
        status: 'delivered',
        attempts: 1,
        nextAttemptAt: null,
        responseStatus: 200,
        error: null,
      });
      expect(await world.deliver()).toBe(false);
    });

    it('go to those of the owner who asked for them', async () => {
      await world.aWebhook('/ready', ['document.ready']);
      await world.aWebhook('/failed', ['document.failed']);
      await world.announce();
      await world.announce(anEvent(), newId());
      while (await world.deliver());
      expect(world.site.seen).toEqual(['POST /ready']);
    });

    it('are not there when what they tell of was rolled back', async () => {
      await world.aWebhook();
      const rolledBack = world.probe.database.transaction.run(async () => {
        await world.announce();
        throw new Error('rolled back');
      });
      await expect(rolledBack).rejects.toThrow('rolled back');
      expect(await world.deliver()).toBe(false);
    });

    it('are tried again with growing pauses, each time as the same message newly signed', async () => {
      const { id } = await world.aWebhook();
      world.site.serves('/hook', page('no', {}, 500));
      await world.announce();
      expect(await world.deliver()).toBe(true);
      const [waiting] = await world.log(id);
      expect(waiting).toMatchObject({ status: 'pending', attempts: 1, responseStatus: 500, error: 'status' });
      expect(Date.parse(waiting!.nextAttemptAt!)).toBeGreaterThan(
        Date.parse(waiting!.lastAttemptAt!) + 4_000,
      );
      expect(await world.deliver()).toBe(false);
      world.site.serves('/hook', page('', {}, 204));
      await world.timePasses();
      expect(await world.deliver()).toBe(true);
      const [first, second] = world.site.requests;
      expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
      expect(second!.body.equals(first!.body)).toBe(true);
      expect((await world.log(id))[0]).toMatchObject({ status: 'delivered', attempts: 2, error: null });
    });

    it('fail for good after the last attempt', async () => {
      const { id } = await world.aWebhook('/nowhere');
      await world.announce();
      for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
        await world.timePasses();
        expect(await world.deliver()).toBe(true);
      }
      await world.timePasses();
      expect(await world.deliver()).toBe(false);
      expect((await world.log(id))[0]).toMatchObject({
        status: 'failed',
        attempts: maxAttempts,
        responseStatus: 404,
        nextAttemptAt: null,
      });
    });

    it('do not follow redirects', async () => {
      const { id } = await world.aWebhook();
      world.site.serves('/hook', redirect(world.site.url('/elsewhere'), 307));
      await world.announce();
      await world.deliver();
      expect(world.site.seen).toEqual(['POST /hook']);
      expect((await world.log(id))[0]).toMatchObject({
        status: 'pending',
        responseStatus: 307,
        error: 'status',
      });
    });

    it('do not reach inside through a name', async () => {
      world.resolver.answer('inside.example.org', ['10.0.0.1']);
      const { id } = (
        await world.send('POST', '', body({ url: 'https://inside.example.org/' }))
      ).json<CreatedWebhookJson>();
      await world.announce();
      await world.deliver();
      expect((await world.log(id))[0]).toMatchObject({ responseStatus: null, error: 'refused' });
    });

    it('are not read: a huge answer is taken for what its status says', async () => {
      const { id } = await world.aWebhook();
      const endless = (response: ServerResponse): void => {
        response.writeHead(200);
        const write = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
          if (!response.destroyed) response.once('drain', write);
        };
        write();
      };
      world.site.serves('/hook', endless);
      await world.announce();
      await world.deliver();
      expect((await world.log(id))[0]).toMatchObject({ status: 'delivered', responseStatus: 200 });
      await waitFor(async () => (await world.site.openConnections()) === 0);
    });

    it('end when the receiver is gone: it is disabled, and what waits for it fails', async () => {
      const { id } = await world.aWebhook();
      world.site.serves('/hook', page('gone', {}, 410));
      await world.announce(anEvent('d-1'));
      await world.announce(anEvent('d-2'));
      await world.deliver();
      expect(await world.deliver()).toBe(false);
      expect((await world.send('GET', `/${id}`)).json()).toMatchObject({ status: 'disabled' });
      expect((await world.log(id)).map(({ status }) => status)).toEqual(['failed', 'failed']);
      await world.announce(anEvent('d-3'));
      expect(await world.log(id)).toHaveLength(2);
    });

    it('go one at a time to each receiver, and in turn', async () => {
      await world.aWebhook('/slow');
      await world.aWebhook('/other');
      world.site.serves('/other', page('ok'));
      const held: ServerResponse[] = [];
      world.site.serves('/slow', (response) => void held.push(response));
      for (const documentId of ['d-1', 'd-2']) await world.announce(anEvent(documentId));
      const underway = [world.deliver(), world.deliver(), world.deliver(), world.deliver()];
      await waitFor(() => held.length === 1);
      // The slow receiver holds one; the other receiver is served meanwhile.
      await waitFor(async () => {
        await world.deliver();
        return world.site.seen.filter((seen) => seen === 'POST /other').length === 2;
      });
      expect(world.site.seen.toSorted()).toEqual(['POST /other', 'POST /other', 'POST /slow']);
      held[0]!.writeHead(200).end();
      await Promise.all(underway);
    });

    it('leave a receiver in peace that does not answer, ever longer', async () => {
      await world.aWebhook('/down');
      world.site.serves('/down', page('', {}, 503));
      for (const documentId of ['d-1', 'd-2', 'd-3']) await world.announce(anEvent(documentId));
      const pauseOf = async (): Promise<number> => {
        const [row] = await world.query<{ pause: number }>(
          'SELECT extract(epoch FROM held_until - now())::double precision AS pause FROM webhook',
        );
        return row!.pause;
      };
      await world.deliver();
      // The second is due, and waits with the receiver.
      expect(await world.deliver()).toBe(false);
      const first = await pauseOf();
      await world.timePasses();
      await world.deliver();
      expect(await pauseOf()).toBeGreaterThan(first * 1.5);
    });

    it('are taken over from a worker that died, as the same message', async () => {
      const { id } = await world.aWebhook();
      world.site.serves('/hook', page('ok'));
      await world.announce();
      const lost = await world.deliveries.claimNext(15_000);
      expect(lost).toMatchObject({ attempts: 1 });
      expect(await world.deliver()).toBe(false);
      await world.timePasses();
      expect(await world.deliver()).toBe(true);
      expect(world.site.requests[0]!.headers['webhook-id']).toBe(lost!.id);
      // Whoever lost the claim writes nothing any more.
      const late = await world.deliveries.settle(
        lost!,
        { responseStatus: 500, error: 'status', retryAfterSeconds: null },
        { kind: 'failed' },
      );
      expect(late).toBe(false);
      expect((await world.log(id))[0]).toMatchObject({ status: 'delivered', attempts: 2 });
    });

    it('are handed back uncounted when the process stops', async () => {
      const { id } = await world.aWebhook();
      world.site.serves('/hook', () => undefined);
      await world.announce();
      const stop = new AbortController();
      const underway = world.deliver(stop.signal);
      await waitFor(() => world.site.requests.length === 1);
      stop.abort(new Error('shutdown'));
      expect(await underway).toBe(false);
      expect((await world.log(id))[0]).toMatchObject({ status: 'pending', attempts: 0 });
      world.site.serves('/hook', page('ok'));
      expect(await world.deliver()).toBe(true);
    });

    it('stay in the log as long and as many as it is to keep', async () => {
      const { id } = await world.aWebhook();
      world.site.serves('/hook', page('ok'));
      for (let count = 1; count <= 5; count += 1) {
        await world.announce(anEvent(`d-${count}`));
        await world.deliver();
      }
      await world.announce(anEvent('d-6'));
      await world.query(
        `UPDATE webhook_delivery SET settled_at = now() - interval '40 days' WHERE body LIKE '%"d-3"%'`,
      );
      await world.query(
        `UPDATE webhook_delivery SET created_at = now() - interval '4 days' WHERE body LIKE '%"d-6"%'`,
      );
      expect(await world.deliveries.prune({ days: 30, most: 3 }, 100)).toBe(3);
      const left = (await world.log(id)).map(({ payload, status }) => [payload.data.documentId, status]);
      expect(left).toEqual([
        ['d-6', 'failed'],
        ['d-5', 'delivered'],
        ['d-4', 'delivered'],
      ]);
    });
  });
});

describe('the worker that delivers', () => {
  let world: WebhookWorld;
  beforeAll(async () => {
    world = await WebhookWorld.open({ WEBHOOK_CONCURRENCY: '2' }, { delivering: true });
  });
  afterAll(() => world.close());

  it('hears of an event, and goes on while something is due', async () => {
    const { id } = await world.aWebhook();
    world.site.serves('/hook', page('ok'));
    for (let count = 1; count <= 20; count += 1) await world.announce(anEvent(`d-${count}`));
    await waitFor(async () => (await world.log(id)).every(({ status }) => status === 'delivered'));
    const ids = world.site.requests.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(20);
    expect(ids).toHaveLength(20);
  });

  it('delivers to others while one does not answer', async () => {
    const held: ServerResponse[] = [];
    world.site.serves('/slow', (response) => void held.push(response));
    const slow = await world.aWebhook('/slow');
    const quick = await world.aWebhook('/quick');
    world.site.serves('/quick', page('ok'));
    await world.announce(anEvent('one'));
    await world.announce(anEvent('two'));
    await waitFor(async () => (await world.log(quick.id)).every(({ status }) => status === 'delivered'));
    expect((await world.log(slow.id)).map(({ status }) => status)).toEqual(['pending', 'pending']);
    await waitFor(() => held.length === 1);
    world.site.serves('/slow', page('ok'));
    held[0]!.writeHead(200).end();
    await waitFor(async () => (await world.log(slow.id)).every(({ status }) => status === 'delivered'));
  });
});
