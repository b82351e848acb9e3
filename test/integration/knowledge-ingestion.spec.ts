import { AppError } from '../../src/shared/app-error.js';
import { KnowledgeWorld } from './knowledge-world.js';

describe('ingestion that does not go straight to its end', () => {
  let world: KnowledgeWorld;
  let collectionId: string;

  beforeAll(async () => {
    world = await KnowledgeWorld.open({ EMBEDDING_BATCH: '2' });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    collectionId = await world.aCollection(`c-${Math.random()}`);
    world.extractor.beforeReading = async () => undefined;
    world.embedder.beforeBatch = async () => undefined;
    world.embedder.batches.length = 0;
  });

  const fiveParagraphs = 'one\ntwo\nthree\nfour\nfive';
  const unavailable = () =>
    new AppError({ code: 'model.unavailable', kind: 'unavailable', message: 'Not now.' });
  const versionRow = async (id: string) => {
    const [row] = await world.query<{ attempts: number; epoch: number; status: string; waits: boolean }>(
      `SELECT attempts, epoch, status, queued_at > now() AS waits FROM document_version WHERE document_id = $1`,
      [id],
    );
    return row!;
  };
  /** Lets a row's back-off or lease be over. */
  const timePasses = (id: string) =>
    world.query(
      `UPDATE document_version
       SET queued_at = queued_at - interval '1 hour', lease_until = lease_until - interval '1 hour'
       WHERE document_id = $1`,
      [id],
    );
  const objectsOf = async (id: string): Promise<string[]> =>
    (await world.objectKeys()).filter((key) => key.includes(id));
  const deferred = () => {
    let resolve!: () => void;
    const promise = new Promise<void>((done) => (resolve = done));
    return { promise, resolve };
  };

  it('embeds in bounded batches', async () => {
    const document = await world.aReadyDocument(collectionId, fiveParagraphs);
    expect(document).toMatchObject({ status: 'ready', chunkCount: 5 });
    expect(world.embedder.batches).toEqual([2, 2, 1]);
    expect(
      await world.query('SELECT 1 FROM chunk_embedding WHERE collection_id = $1', [collectionId]),
    ).toHaveLength(5);
  });

  it('waits and tries again when the extractor is not there, and gives up after three attempts', async () => {
    let tries = 0;
    world.extractor.beforeReading = async () => {
      tries += 1;
      throw unavailable();
    };
    const { id } = await world.aDocument(collectionId, 'text');
    expect(await world.drain()).toEqual([]);
    // The repeated job finds a row that waits out its back-off, and leaves it.
    expect(await versionRow(id)).toMatchObject({ status: 'queued', attempts: 1, waits: true });
    expect(tries).toBe(1);
    for (const attempt of [2, 3]) {
      await timePasses(id);
      await world.reconciler.execute();
      const failures = await world.drain();
      expect(failures).toHaveLength(attempt === 3 ? 1 : 0);
    }
    expect(tries).toBe(3);
    expect(await world.document(id)).toMatchObject({
      status: 'failed',
      attempts: 3,
      error: { code: 'model.unavailable', status: 503 },
    });
    await world.reconciler.execute();
    expect(world.jobs.waiting).toEqual([]);
  });

  it('says nothing of its insides when a defect stops it', async () => {
    world.extractor.beforeReading = async () => {
      throw new Error('secret internals');
    };
    const { id } = await world.aDocument(collectionId, 'text');
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await world.drain();
      await timePasses(id);
      await world.reconciler.execute();
    }
    const document = await world.document(id);
    expect(document).toMatchObject({ status: 'failed', error: { code: 'internal.unexpected', status: 500 } });
    expect(JSON.stringify(document)).not.toContain('secret');
  });

  it('runs once however often its job comes', async () => {
    const { id } = await world.aDocument(collectionId, fiveParagraphs);
    await Promise.all([1, 2, 3, 4].map(() => world.ingestNext()));
    await world.ingestNext();
    expect(await world.document(id)).toMatchObject({ status: 'ready', attempts: 1, chunkCount: 5 });
    expect(world.embedder.batches).toEqual([2, 2, 1]);
  });

  it('stops when the document is deleted meanwhile, and leaves nothing', async () => {
    const reached = deferred();
    const goOn = deferred();
    world.embedder.beforeBatch = async () => {
      reached.resolve();
      await goOn.promise;
    };
    const { id } = await world.aDocument(collectionId, fiveParagraphs);
    const draining = world.drain();
    await reached.promise;
    expect((await world.send('DELETE', `/documents/${id}`)).status).toBe(204);
    goOn.resolve();
    expect(await draining).toEqual([]);
    expect(await world.drain()).toEqual([]);
    expect(await world.query('SELECT 1 FROM document WHERE id = $1', [id])).toEqual([]);
    expect(await world.query('SELECT 1 FROM chunk WHERE document_id = $1', [id])).toEqual([]);
    expect(await objectsOf(id)).toEqual([]);
  });

  it('starts over elsewhere when its worker is lost, and the lost one touches nothing any more', async () => {
    const reached = deferred();
    const goOn = deferred();
    world.embedder.beforeBatch = async () => {
      reached.resolve();
      await goOn.promise;
    };
    const { id } = await world.aDocument(collectionId, fiveParagraphs);
    const lost = world.drain();
    await reached.promise;
    world.embedder.beforeBatch = async () => undefined;
    await timePasses(id);
    await world.reconciler.execute();
    expect(await world.drain()).toEqual([]);
    expect(await world.document(id)).toMatchObject({ status: 'ready', attempts: 2, chunkCount: 5 });
    goOn.resolve();
    expect(await lost).toEqual([]);
    expect(await world.document(id)).toMatchObject({ status: 'ready', attempts: 2, chunkCount: 5 });
    const chunks = await world.query('SELECT 1 FROM chunk WHERE document_id = $1', [id]);
    expect(chunks).toHaveLength(5);
    expect((await world.get(`/documents/${id}/text`)).text).toBe(fiveParagraphs);
    expect(await objectsOf(id)).toHaveLength(2);
  });

  it('fails a document whose workers are lost again and again', async () => {
    const { id } = await world.aDocument(collectionId, 'text');
    world.jobs.lose();
    await world.query(
      `UPDATE document_version SET status = 'embedding', attempts = 3, epoch = 3, lease_until = now() - interval '1 minute'
       WHERE document_id = $1`,
      [id],
    );
    await world.reconciler.execute();
    expect(await world.document(id)).toMatchObject({
      status: 'failed',
      error: { code: 'knowledge.ingestion-given-up', status: 500 },
    });
  });

  it('is queued again when the queue lost its job, but not while it may still come', async () => {
    const { id } = await world.aDocument(collectionId, 'text');
    world.jobs.lose();
    await world.reconciler.execute();
    expect(world.jobs.waiting).toEqual([]);
    await timePasses(id);
    await world.reconciler.execute();
    await world.drain();
    expect(await world.document(id)).toMatchObject({ status: 'ready', attempts: 1 });
  });

  it('goes back to the queue on shutdown, uncounted', async () => {
    const shutdown = new AbortController();
    world.embedder.beforeBatch = async () => {
      shutdown.abort(new Error('shutdown'));
      shutdown.signal.throwIfAborted();
    };
    const { id } = await world.aDocument(collectionId, fiveParagraphs);
    world.jobs.lose();
    await world.ingestNext(shutdown.signal);
    expect(await versionRow(id)).toMatchObject({ status: 'queued', attempts: 0 });
    world.embedder.beforeBatch = async () => undefined;
    await world.drain();
    expect(await world.document(id)).toMatchObject({ status: 'ready', attempts: 1, chunkCount: 5 });
    expect(await objectsOf(id)).toHaveLength(2);
  });

  it('leaves the sweep what crashes left: removed documents, lost uploads', async () => {
    const kept = await world.aReadyDocument(collectionId, 'kept');
    const gone = await world.aReadyDocument(collectionId, fiveParagraphs);
    await world.send('DELETE', `/documents/${gone.id}`);
    world.jobs.lose();
    const { signal } = new AbortController();
    await world.sweep.execute(signal);
    expect(await world.query('SELECT 1 FROM document WHERE id = $1', [gone.id])).toHaveLength(1);
    await world.query(`UPDATE document SET deleted_at = now() - interval '1 hour' WHERE id = $1`, [gone.id]);
    await world.sweep.execute(signal);
    expect(await world.query('SELECT 1 FROM document WHERE id = $1', [gone.id])).toEqual([]);
    expect(await objectsOf(gone.id)).toEqual([]);
    expect(await objectsOf(kept.id)).toHaveLength(2);
  });
});
