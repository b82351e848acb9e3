import { KnowledgeWorld, type DocumentJson } from './knowledge-world.js';

describe('events of documents', () => {
  let world: KnowledgeWorld;
  let collectionId: string;

  beforeAll(async () => {
    world = await KnowledgeWorld.open();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    collectionId = await world.aCollection(`c-${Math.random()}`);
  });

  const documentOf = (data: Record<string, unknown>) => data['document'] as DocumentJson;

  it('open with the current state, follow the work and close after its end', async () => {
    const { id } = await world.aDocument(collectionId, 'one\ntwo');
    const stream = await world.follow(`/documents/${id}/events`);
    await stream.until(() => stream.events.length >= 1);
    expect(stream.events[0]).toMatchObject({
      event: 'document.progress',
      data: { documentId: id, status: 'queued', progress: { stage: 'queued', percent: 0 } },
    });
    await world.drain();
    await stream.toEnd();
    expect(new Set(stream.names.slice(0, -1))).toEqual(new Set(['document.progress']));
    const last = stream.events.at(-1)!;
    expect(last.event).toBe('document.ready');
    expect(documentOf(last.data)).toEqual(await world.document(id));
    const percents = stream.events.map(({ data }) => documentOf(data).progress.percent);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect(percents.at(-1)).toBe(100);
    expect(documentOf(last.data).progress).toMatchObject({
      stage: 'ready',
      done: 2,
      total: 2,
      unit: 'chunks',
    });

    const again = await world.follow(`/documents/${id}/events`);
    await again.toEnd();
    expect(again.names).toEqual(['document.progress', 'document.ready']);
    const back = await world.follow(`/documents/${id}/events`, { 'last-event-id': last.id! });
    expect(back.status).toBe(204);
    const wrong = await world.follow(`/documents/${id}/events`, { 'last-event-id': 'x' });
    expect(wrong.status).toBe(400);
  });

  it('end with the reason when it fails', async () => {
    const { id } = await world.aDocument(collectionId, '%FAIL knowledge.no-text-found');
    const stream = await world.follow(`/documents/${id}/events`);
    await world.drain();
    await stream.toEnd();
    expect(stream.events.at(-1)).toMatchObject({
      event: 'document.failed',
      data: { status: 'failed', error: { code: 'knowledge.no-text-found' } },
    });
  });

  it('end when the document is deleted', async () => {
    const { id } = await world.aDocument(collectionId, 'text');
    const stream = await world.follow(`/documents/${id}/events`);
    await stream.until(() => stream.events.length === 1);
    await world.send('DELETE', `/documents/${id}`);
    await stream.toEnd();
    expect(stream.names).toEqual(['document.progress']);
    await world.drain();
  });

  it('tell of every document of a collection, until it is deleted', async () => {
    const first = await world.aReadyDocument(collectionId, 'first');
    const stream = await world.follow(`/collections/${collectionId}/events`);
    await stream.until(() => stream.events.length === 1);
    expect(stream.events[0]).toMatchObject({
      event: 'document.progress',
      data: { documentId: first.id, status: 'ready' },
    });
    const second = await world.aDocument(collectionId, 'second');
    await world.drain();
    await stream.until(() => stream.names.includes('document.ready'));
    const ready = stream.events.find(({ event }) => event === 'document.ready')!;
    expect(ready.data).toMatchObject({ documentId: second.id });
    await world.send('DELETE', `/documents/${first.id}`);
    await stream.until(() => stream.names.includes('document.deleted'));
    expect(stream.events.at(-1)!.data).toEqual({ documentId: first.id });
    await world.send('DELETE', `/collections/${collectionId}`);
    await stream.toEnd();
    await world.drain();
  });

  it('refuse an Accept that is none of theirs', async () => {
    const { id } = await world.aDocument(collectionId, 'text');
    const answer = await world.get(`/documents/${id}/events`, { accept: 'application/json' });
    expect(answer.status).toBe(406);
    await world.drain();
  });
});
