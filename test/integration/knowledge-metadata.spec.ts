import {
  MetadataWorkRepository,
  type MetadataClaim,
} from '../../src/knowledge/application/metadata-work.repository.js';
import { maxMetadataAttempts } from '../../src/knowledge/domain/metadata-policy.js';
import { AppError } from '../../src/shared/app-error.js';
import { failingAfter, hangingAfter, saying, type Steering } from '../fakes/steered-chat-model.js';
import { waitFor } from '../wait-for.js';
import { KnowledgeWorld, type DocumentJson } from './knowledge-world.js';

const generated = { summary: 'A text about herons.', keywords: ['heron', 'reeds'], category: 'note' };
const other = { summary: 'A text about badgers.', keywords: ['badger'], category: 'note' };
const writing = (what: object): Steering => saying(JSON.stringify(what));
const garbage = saying('I would rather not.');
const unavailable = (retryAfterSeconds?: number): Steering =>
  failingAfter(
    new AppError({ code: 'model.unavailable', kind: 'unavailable', message: 'No.', retryAfterSeconds }),
  );

describe('what a language model writes of documents', () => {
  let world: KnowledgeWorld;
  let work: MetadataWorkRepository;
  let collectionId: string;

  beforeAll(async () => {
    world = await KnowledgeWorld.open();
    work = world.probe.app.get(MetadataWorkRepository, { strict: false });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    // What other tests have left is not due.
    await world.query('UPDATE document SET generated_from = 0 WHERE generated_from IS NULL');
    collectionId = await world.aCollection(`c-${Math.random()}`);
    world.model.plays.length = 0;
    world.model.requests.length = 0;
  });

  const { signal: never } = new AbortController();
  const next = (...plays: Steering[]) => {
    world.model.plays.push(...plays);
    return world.metadata.generateNext(never);
  };
  const rowOf = async (id: string) =>
    (
      await world.query<{
        version: number;
        attempts: number;
        epoch: number;
        error: string | null;
        waits: boolean;
      }>(
        'SELECT version, attempts, epoch, error, due_at > now() AS waits FROM metadata_generation WHERE document_id = $1',
        [id],
      )
    )[0];
  const makeDue = (id: string) =>
    world.query(
      "UPDATE metadata_generation SET due_at = now(), lease_until = lease_until - interval '1 minute' WHERE document_id = $1",
      [id],
    );
  const claim = async (): Promise<MetadataClaim> => {
    const claimed = await work.claimNext();
    if (!claimed) throw new Error('Nothing was due.');
    return claimed;
  };
  const replaced = async (id: string, content: string): Promise<void> => {
    await world.replace(id, content);
    await world.drain();
  };
  /** Starts a step whose model falls silent; `closed` tells that it was left. */
  async function started(): Promise<{ step: ReturnType<typeof next>; closed: () => boolean }> {
    let closed = false;
    const before = world.model.requests.length;
    const step = next(hangingAfter(() => (closed = true), '{"summary": "An old'));
    await waitFor(() => world.model.requests.length > before);
    return { step, closed: () => closed };
  }

  it('stands in `generated` once it is written, and leaves everything else as it was', async () => {
    const { id } = await world.aDocument(collectionId, 'The heron stands in the reeds.');
    expect(await next()).toBeUndefined();
    await world.drain();
    await world.send('PATCH', `/documents/${id}`, { metadata: { summary: 'mine' } });
    const before = await world.get(`/documents/${id}`);
    expect(before.json<DocumentJson>()).toMatchObject({ status: 'ready', generated: null });

    expect(await next(writing(generated))).toEqual({ outcome: 'written', failure: null });
    const after = await world.get(`/documents/${id}`);
    const unchanged = { ...before.json(), updatedAt: expect.any(String) as string };
    expect(after.json()).toEqual({ ...unchanged, generated });
    expect(world.model.requests[0]!.messages[1]!.content).toContain('The heron stands in the reeds.');

    const { status } = await world.send(
      'PATCH',
      `/documents/${id}`,
      { title: 'Herons' },
      {
        'if-match': before.headers.etag!,
      },
    );
    expect(status).toBe(200);
    expect(await world.document(id)).toMatchObject({ generated, metadata: { summary: 'mine' } });
    expect(await next()).toBeUndefined();
  });

  it('is tried again after answers that are no use, and given up after three, with the document as ready as before', async () => {
    const { id } = await world.aReadyDocument(collectionId, 'The heron stands in the reeds.');
    const before = await world.document(id);
    for (const _ of [1, 2]) {
      expect(await next(garbage)).toEqual({ outcome: 'postponed', failure: 'unusable-answer' });
      expect(await rowOf(id)).toMatchObject({ error: 'knowledge.metadata-unusable', waits: true });
      expect(await next()).toBeUndefined();
      await makeDue(id);
    }
    expect(await next(garbage)).toEqual({ outcome: 'given-up', failure: 'unusable-answer' });
    expect(await world.document(id)).toEqual(before);
    await makeDue(id);
    expect(await next()).toBeUndefined();
    expect(world.model.requests).toHaveLength(3);
    expect(world.probe.log).toContainEqual(
      expect.objectContaining({
        msg: 'metadata.given-up',
        documentId: id,
        code: 'knowledge.metadata-unusable',
      }),
    );
  });

  it('waits for a server that is down, as long as it asks', async () => {
    const { id } = await world.aReadyDocument(collectionId, 'The heron stands in the reeds.');
    for (let attempts = 1; attempts < maxMetadataAttempts; attempts++) {
      expect(await next(unavailable(3_000))).toEqual({ outcome: 'postponed', failure: 'model-unavailable' });
      expect(await rowOf(id)).toMatchObject({ attempts, error: 'model.unavailable', waits: true });
      await makeDue(id);
    }
    expect(await next(writing(generated))).toMatchObject({ outcome: 'written' });
    expect(await rowOf(id)).toMatchObject({ error: null });
  });

  it('is never that of an earlier version, and is written anew for the next', async () => {
    const { id } = await world.aReadyDocument(collectionId, 'The heron stands in the reeds.');
    await next(writing(generated));
    await world.replace(id, 'The badger sleeps in its sett.');
    expect(await world.document(id)).toMatchObject({ status: 'queued', generated });
    await world.drain();
    expect(await world.document(id)).toMatchObject({ searchableVersion: 2, generated: null });

    const { step, closed } = await started();
    await replaced(id, 'The otter swims upstream.');
    expect(await step).toEqual({ outcome: 'lost', failure: null });
    expect(closed()).toBe(true);
    expect(await world.document(id)).toMatchObject({ searchableVersion: 3, generated: null });
    expect(await next(writing(other))).toMatchObject({ outcome: 'written' });
    expect(world.model.requests.at(-1)!.messages[1]!.content).toContain('The otter');
    expect(await world.document(id)).toMatchObject({ generated: other });
    expect(await rowOf(id)).toMatchObject({ version: 3, attempts: 1 });
  });

  it('cannot be written by who was overtaken, even at the last moment', async () => {
    const { id } = await world.aReadyDocument(collectionId, 'The heron stands in the reeds.');
    const first = await claim();
    await replaced(id, 'The badger sleeps in its sett.');
    const isRefused = async (): Promise<void> => {
      expect(await work.renew(first)).toBe(false);
      expect(await work.complete(first, generated)).toBe(false);
      expect(await work.giveUp(first, 'x')).toBe(false);
      expect(await world.document(id)).toMatchObject({ searchableVersion: 2, generated: null });
    };
    await isRefused();
    const second = await claim();
    await isRefused();
    expect(await work.complete(second, other)).toBe(true);
    expect(await world.document(id)).toMatchObject({ generated: other });
    expect(await work.complete(second, generated)).toBe(false);
  });

  it('stays through a reindex, which reads the same bytes; what was given up is tried again', async () => {
    const kept = await world.aReadyDocument(collectionId, 'The heron stands in the reeds.');
    await next(writing(generated));
    const lost = await world.aReadyDocument(collectionId, 'The badger sleeps in its sett.');
    const held = await claim();
    await work.giveUp(held, 'knowledge.metadata-unusable');
    await world.send('POST', `/collections/${collectionId}/reindex`);
    await world.reindexes.execute();
    await world.drain();
    expect(await world.document(kept.id)).toMatchObject({ searchableVersion: 2, generated });
    expect(await world.document(lost.id)).toMatchObject({ searchableVersion: 2, generated: null });
    expect(await next(writing(other))).toMatchObject({ outcome: 'written' });
    expect(await world.document(lost.id)).toMatchObject({ generated: other });
    expect(await next()).toBeUndefined();
  });

  it('stops when the document is deleted', async () => {
    const { id } = await world.aReadyDocument(collectionId, 'The heron stands in the reeds.');
    const { step, closed } = await started();
    await world.send('DELETE', `/documents/${id}`);
    expect(await step).toEqual({ outcome: 'lost', failure: null });
    expect(closed()).toBe(true);
    expect(await next()).toBeUndefined();
    await world.drain();
    expect(await rowOf(id)).toBeUndefined();
  });

  it('is taken over from a worker that died, who cannot write any more', async () => {
    const { id } = await world.aReadyDocument(collectionId, 'The heron stands in the reeds.');
    const dead = await claim();
    expect(await work.claimNext()).toBeUndefined();
    await makeDue(id);
    const heir = await claim();
    expect(heir).toMatchObject({ documentId: id, epoch: dead.epoch + 1, attempts: 2 });
    expect(await work.complete(dead, generated)).toBe(false);
    expect(await work.postpone(dead, 0, 'x')).toBe(false);
    await work.handBack(dead);
    expect(await work.complete(heir, other)).toBe(true);
    expect(await world.document(id)).toMatchObject({ generated: other });
  });

  it('is given up when every worker dies over it', async () => {
    const { id } = await world.aReadyDocument(collectionId, 'The heron stands in the reeds.');
    for (let attempts = 1; attempts <= maxMetadataAttempts; attempts++) {
      expect(await claim()).toMatchObject({ attempts });
      await makeDue(id);
    }
    expect(await next()).toEqual({ outcome: 'given-up', failure: null });
    expect(world.model.requests).toEqual([]);
    expect(await rowOf(id)).toMatchObject({ error: 'knowledge.metadata-worker-lost' });
    expect(await world.document(id)).toMatchObject({ status: 'ready', generated: null });
  });

  it('goes back for a shutdown, which is no attempt', async () => {
    const { id } = await world.aReadyDocument(collectionId, 'The heron stands in the reeds.');
    const shutdown = new AbortController();
    world.model.plays.push(hangingAfter(() => undefined));
    const step = world.metadata.generateNext(shutdown.signal);
    await waitFor(() => world.model.requests.length === 1);
    shutdown.abort(new Error('The process is shutting down.'));
    expect(await step).toEqual({ outcome: 'postponed', failure: null });
    expect(await rowOf(id)).toMatchObject({ attempts: 0 });
    expect(await next(writing(generated))).toMatchObject({ outcome: 'written' });
  });

  it('reads the beginning of a long document and parts of the rest', async () => {
    const paragraphs = Array.from(
      { length: 2_000 },
      (_, number) => `Paragraph ${number} says ${'more '.repeat(40)}`,
    );
    await world.aReadyDocument(collectionId, paragraphs.join('\n'));
    await next(writing(generated));
    const { content } = world.model.requests[0]!.messages[1]!;
    const read = [...content.matchAll(/Paragraph (\d+)/g)].map(([, number]) => Number(number));
    expect(read.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(read.at(-1)).toBe(1_999);
    expect(read.length).toBeLessThan(80);
    expect(content.split('[…]').length).toBeGreaterThan(20);
  });
});
