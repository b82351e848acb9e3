import { waitFor } from '../wait-for.js';
import { startProbe, type Probe, type ProbeAnswer } from './http-probe.js';
import { ThingController } from './http-probe.controller.js';

const things = '/api/v1/things';

describe('Idempotency-Key', () => {
  let probe: Probe;

  beforeAll(async () => {
    probe = await startProbe([ThingController]);
  });

  afterAll(async () => {
    await probe.close();
  });

  beforeEach(() => {
    ThingController.created = 0;
  });

  const post = (key: string, body: object = { title: 'x' }, path = things): Promise<ProbeAnswer> =>
    probe.send(path, { method: 'POST', body, headers: { 'idempotency-key': key } });

  it('answers a repeat with the same resource and starts nothing', async () => {
    const first = await post('a', { title: 'x', size: 2 });
    const repeat = await post('a', { size: 2, title: 'x' });
    expect(ThingController.created).toBe(1);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(repeat.headers['idempotent-replayed']).toBe('true');
    expect(repeat.status).toBe(201);
    expect(repeat.headers.location).toBe(first.headers.location);
    expect(repeat.json()).toEqual(first.json());
  });

  it('creates twice without a key, and for another key, path or owner', async () => {
    await probe.send(things, { method: 'POST', body: { title: 'x' } });
    await probe.send(things, { method: 'POST', body: { title: 'x' } });
    await post('b');
    await post('c');
    expect(ThingController.created).toBe(4);
  });

  it('409 for another body', async () => {
    await post('d');
    const answer = await post('d', { title: 'y' });
    expect(answer.status).toBe(409);
    expect(answer.json().code).toBe('request.idempotency-key-reused');
    expect(ThingController.created).toBe(1);
  });

  it.each(['', ' ', 'a b', 'ä', 'x'.repeat(256)])('400 for the key "%s"', async (key) => {
    const answer = await post(key);
    expect(answer.status).toBe(400);
    expect(answer.json().code).toBe('request.invalid');
  });

  it('takes 255 visible characters', async () => {
    expect((await post('~'.repeat(255))).status).toBe(201);
  });

  it('keeps no errors', async () => {
    expect((await post('e', { title: 5 })).status).toBe(400);
    expect((await post('e')).status).toBe(201);
    expect((await post('f', { title: 'x' }, `${things}/refused`)).status).toBe(409);
    expect((await post('f', { title: 'y' }, `${things}/refused`)).json().code).toBe('thing.taken');
    expect(ThingController.created).toBe(3);
  });

  it('lets concurrent repeats wait for the first', async () => {
    const path = `${things}/slow`;
    const answers = [post('g', undefined, path), post('g', undefined, path), post('g', undefined, path)];
    await waitFor(() => ThingController.created > 0);
    ThingController.release();
    const done = await Promise.all(answers);
    expect(done.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(done.filter(({ headers }) => headers['idempotent-replayed'] === 'true')).toHaveLength(2);
    expect(ThingController.created).toBe(1);
  });

  it('takes over what a process that died has left behind', async () => {
    await post('h');
    await probe.database.database.execute(
      `UPDATE idempotency_key SET response = NULL, claimed_until = now() - interval '1 second' WHERE key = 'h'`,
    );
    const answer = await post('h');
    expect(answer.status).toBe(201);
    expect(answer.headers['idempotent-replayed']).toBeUndefined();
    expect(ThingController.created).toBe(2);
  });

  it('forgets after 24 hours', async () => {
    await post('i');
    await probe.database.database.execute(
      `UPDATE idempotency_key SET created_at = now() - interval '25 hours' WHERE key = 'i'`,
    );
    expect((await post('i', { title: 'other' })).status).toBe(201);
    expect(ThingController.created).toBe(2);
  });
});
