import { FollowEmbeddingModel } from '../../src/knowledge/application/follow-embedding-model.service.js';
import { ReindexCollection } from '../../src/knowledge/application/reindex-collection.service.js';
import { ReindexRepository } from '../../src/knowledge/application/reindex.repository.js';
import { KnowledgeConfig } from '../../src/platform/config/knowledge.config.js';
import { AppError } from '../../src/shared/app-error.js';
import { SilentLogger } from '../fakes/silent-logger.js';
import { KnowledgeWorld } from './knowledge-world.js';

interface ReindexJson {
  status: string;
  model: string;
  done: number;
  total: number;
  error: { code: string; detail: string } | null;
}

describe('reading a collection anew', () => {
  let world: KnowledgeWorld;
  let collectionId: string;

  beforeAll(async () => {
    world = await KnowledgeWorld.open();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    collectionId = await world.aCollection(`c-${Math.random()}`);
    world.jobs.lose();
  });

  const unreadable = () =>
    new AppError({
      code: 'knowledge.no-text-found',
      kind: 'unprocessable',
      message: 'There is no text in it.',
    });
  const route = () => `/collections/${collectionId}/reindex`;
  const start = async () => (await world.send('POST', route())).json<ReindexJson>();
  const state = async () => (await world.get(route())).json<ReindexJson>();
  const searchable = async (id: string) => (await world.document(id)).searchableVersion;
  /** As the workers would, until nothing is left. */
  async function finish(): Promise<unknown[]> {
    const failures: unknown[] = [];
    do {
      await world.reindexes.execute();
      failures.push(...(await world.drain()));
    } while ((await state()).status === 'running');
    return failures;
  }

  it('is idle before anybody has asked', async () => {
    expect(await state()).toEqual({ status: 'idle', model: 'letters-v1', done: 0, total: 0, error: null });
  });

  it('gives every document a new version of the same bytes, and each answers from its old one until then', async () => {
    const documents = [
      await world.aReadyDocument(collectionId, 'first', 'a.txt'),
      await world.aReadyDocument(collectionId, 'second', 'b.txt'),
    ];
    const objects = (await world.objectKeys()).length;
    expect((await world.send('POST', route())).status).toBe(202);
    expect(await state()).toEqual({ status: 'running', model: 'letters-v1', done: 0, total: 2, error: null });
    await world.reindexes.execute();
    expect(await state()).toMatchObject({ status: 'running', done: 0, total: 2 });
    for (const { id } of documents) expect(await searchable(id)).toBe(1);

    await world.ingestNext();
    expect(await state()).toMatchObject({ status: 'running', done: 1, total: 2 });
    const answering = await Promise.all(documents.map(({ id }) => searchable(id)));
    expect(new Set(answering)).toEqual(new Set([1, 2]));

    expect(await finish()).toEqual([]);
    expect(await state()).toEqual({
      status: 'completed',
      model: 'letters-v1',
      done: 2,
      total: 2,
      error: null,
    });
    for (const { id, sha256 } of documents)
      expect(await world.document(id)).toMatchObject({
        version: 2,
        searchableVersion: 2,
        status: 'ready',
        sha256,
      });
    // A text each; the originals are shared.
    expect(await world.objectKeys()).toHaveLength(objects + 2);
  });

  it('reads with what is in use now: another text comes out, the old version keeps its own', async () => {
    const { id } = await world.aReadyDocument(collectionId, 'as it was');
    const read = world.extractor.extract.bind(world.extractor);
    world.extractor.extract = async (...given) => {
      const extracted = await read(...given);
      return { ...extracted, text: `${extracted.text}, and more` };
    };
    await start();
    await finish();
    world.extractor.extract = read;
    expect((await world.get(`/documents/${id}/text`)).text).toBe('as it was, and more');
    expect((await world.get(`/documents/${id}/text?version=1`)).text).toBe('as it was');
  });

  it('changes nothing when it is asked for while it runs, and starts over after the end', async () => {
    const { id } = await world.aReadyDocument(collectionId, 'text');
    await Promise.all([start(), start(), start()]);
    await world.reindexes.execute();
    expect(await start()).toMatchObject({ status: 'running', total: 1 });
    await finish();
    expect(await world.document(id)).toMatchObject({ version: 2 });
    await start();
    await finish();
    expect(await world.document(id)).toMatchObject({ version: 3, status: 'ready' });
  });

  it('leaves a document that fails its old index, and says so', async () => {
    const good = await world.aReadyDocument(collectionId, 'good');
    const bad = await world.aReadyDocument(collectionId, 'bad');
    const read = world.extractor.extract.bind(world.extractor);
    world.extractor.extract = async (...given) => {
      const extracted = await read(...given);
      if (extracted.text === 'bad') throw unreadable();
      return extracted;
    };
    await start();
    expect(await finish()).toHaveLength(1);
    expect(await state()).toMatchObject({
      status: 'failed',
      done: 2,
      total: 2,
      error: { code: 'knowledge.reindex-incomplete', detail: expect.stringContaining('1 of 2 documents') },
    });
    expect(await world.document(good.id)).toMatchObject({ status: 'ready', searchableVersion: 2 });
    expect(await world.document(bad.id)).toMatchObject({ status: 'failed', searchableVersion: 1 });

    world.extractor.extract = read;
    await world.send('POST', `/documents/${bad.id}/retry`);
    await world.drain();
    expect(await state()).toMatchObject({ status: 'completed', error: null });
  });

  it('feeds a long collection a few at a time, from many workers at once, and each document once', async () => {
    for (let number = 0; number < 45; number++) await world.aDocument(collectionId, `text ${number}`);
    await world.drain();
    await start();
    await Promise.all([1, 2, 3].map(() => world.reindexes.execute()));
    const queued = await world.query(
      'SELECT 1 FROM document_version WHERE collection_id = $1 AND version = 2',
      [collectionId],
    );
    expect(queued).toHaveLength(20);
    expect(await finish()).toEqual([]);
    expect(await state()).toMatchObject({ status: 'completed', done: 45, total: 45 });
    expect(
      await world.query('SELECT 1 FROM document_version WHERE collection_id = $1 AND version > 2', [
        collectionId,
      ]),
    ).toEqual([]);
  });

  it('leaves out what is deleted meanwhile, and what was replaced since', async () => {
    const deleted = await world.aReadyDocument(collectionId, 'deleted');
    const replaced = await world.aReadyDocument(collectionId, 'replaced');
    await start();
    await world.reindexes.execute();
    await world.send('DELETE', `/documents/${deleted.id}`);
    await world.send(
      'PUT',
      `/documents/${replaced.id}/content`,
      Buffer.from(
        '--b\r\nContent-Disposition: form-data; name="file"; filename="new.txt"\r\n\r\nnew text\r\n--b--\r\n',
      ),
      { 'content-type': 'multipart/form-data; boundary=b' },
    );
    await finish();
    expect(await state()).toMatchObject({ status: 'completed', done: 1, total: 1 });
    expect(await world.document(replaced.id)).toMatchObject({ version: 3, searchableVersion: 3 });
  });

  it('answers 404 for a collection that is not there', async () => {
    const id = '01900000-0000-7000-8000-000000000000';
    expect((await world.send('POST', `/collections/${id}/reindex`)).status).toBe(404);
    expect((await world.get(`/collections/${id}/reindex`)).status).toBe(404);
  });

  describe('after the embedding model has changed', () => {
    const useModel = (model: string) => Object.assign(world.embedder, { model });
    const follow = async (allowed: boolean): Promise<SilentLogger> => {
      const logger = new SilentLogger();
      const { app } = world.probe;
      const reindexes: ReindexRepository = app.get(ReindexRepository, { strict: false });
      const reindexing = app.get(ReindexCollection, { strict: false });
      const config = Object.assign(new KnowledgeConfig(), { reembedOnModelChange: allowed });
      await new FollowEmbeddingModel(reindexes, reindexing, world.embedder, config, logger).execute();
      return logger;
    };
    const modelsOfVectors = () =>
      world.query<{ model: string; chunks: string }>(
        `SELECT model, count(*) AS chunks FROM chunk_embedding WHERE collection_id = $1 GROUP BY model`,
        [collectionId],
      );

    beforeEach(async () => {
      useModel('letters-v1');
      // What other tests have left in another state is not this one's.
      await world.query(
        `UPDATE collection SET deleted_at = now() WHERE id <> $1 AND name <> 'default' AND deleted_at IS NULL`,
        [collectionId],
      );
    });
    afterAll(() => useModel('letters-v1'));

    it('says what it means, and does nothing unless it is allowed to', async () => {
      await world.aReadyDocument(collectionId, 'text');
      expect((await follow(false)).lines).toEqual([]);
      useModel('letters-v2');
      expect((await follow(false)).lines).toMatchObject([
        {
          level: 'warn',
          message: 'embedding-model.changed',
          fields: {
            model: 'letters-v2',
            remedy: expect.stringContaining('REEMBED_ON_MODEL_CHANGE') as string,
          },
        },
      ]);
      expect(await state()).toMatchObject({ status: 'idle', model: 'letters-v1' });
    });

    it('has every document embedded by the new one, and keeps no vector of the old one', async () => {
      await world.aReadyDocument(collectionId, 'first', 'a.txt');
      await world.aReadyDocument(collectionId, 'second', 'b.txt');
      useModel('letters-v2');
      await follow(true);
      expect(await state()).toMatchObject({ status: 'running', model: 'letters-v2', total: 2 });
      expect(await finish()).toEqual([]);
      expect(await modelsOfVectors()).toEqual([{ model: 'letters-v2', chunks: '2' }]);
      expect((await world.get(`/collections/${collectionId}`)).json()).toMatchObject({
        embeddingModel: 'letters-v2',
      });
      expect((await follow(true)).lines).toEqual([]);
    });

    it('finds a document that a process with the old model has indexed after it', async () => {
      useModel('letters-v2');
      await follow(true);
      await finish();
      useModel('letters-v1');
      await world.aReadyDocument(collectionId, 'late');
      useModel('letters-v2');
      await follow(true);
      await finish();
      expect(await modelsOfVectors()).toEqual([{ model: 'letters-v2', chunks: '1' }]);
    });

    it('does not let a run to the model before it go on', async () => {
      for (const text of ['first', 'second']) await world.aReadyDocument(collectionId, text, `${text}.txt`);
      useModel('letters-v2');
      await follow(true);
      await world.reindexes.execute();
      await world.ingestNext();
      useModel('letters-v3');
      await follow(true);
      expect(await state()).toMatchObject({ status: 'running', model: 'letters-v3' });
      expect(await finish()).toEqual([]);
      // The second was in work when the run began, and came out of it as things are now.
      expect(await state()).toMatchObject({ status: 'completed', done: 1, total: 1 });
      expect(await modelsOfVectors()).toEqual([{ model: 'letters-v3', chunks: '2' }]);
    });
  });
});
