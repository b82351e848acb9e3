import { Readable } from 'node:stream';
import { newId } from '../../src/shared/ids.js';
import { InMemoryObjectStore } from '../fakes/in-memory-object-store.js';
import { KnowledgeWorld } from './knowledge-world.js';

describe('the sweep of the knowledge worker', () => {
  const hourMs = 60 * 60 * 1_000;
  let ageMs = 0;
  const store = new InMemoryObjectStore(() => new Date(Date.now() - ageMs));
  let world: KnowledgeWorld;
  let collectionId: string;

  beforeAll(async () => {
    world = await KnowledgeWorld.open({}, () => store);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    ageMs = 0;
    collectionId = await world.aCollection(`c-${Math.random()}`);
  });

  const putAged = async (key: string, hours: number): Promise<void> => {
    ageMs = hours * hourMs;
    await store.put(key, Readable.from([Buffer.from('bytes')]), 100);
    ageMs = 0;
  };
  const sweep = (): Promise<void> => world.sweep.execute(new AbortController().signal);
  const reported = (): Set<unknown> =>
    new Set(world.probe.log.filter(({ msg }) => msg === 'knowledge.object-missing').map(({ key }) => key));
  const keysOf = (id: string): string[] => [...store.objects.keys()].filter((key) => key.includes(id));

  it('removes bytes that no row names, once no upload can be waiting for its row any more', async () => {
    const fresh = `documents/${newId()}/${newId()}-original`;
    const orphan = `documents/${newId()}/${newId()}-original`;
    await putAged(fresh, 1.9);
    await putAged(orphan, 2.1);
    await putAged('documents/of-no-document/bytes', 2.1);
    await sweep();
    expect(store.objects.has(fresh)).toBe(true);
    expect(store.objects.has(orphan)).toBe(false);
    expect(store.objects.has('documents/of-no-document/bytes')).toBe(false);
  });

  it('removes the text that a lost attempt left beside that of its document, and nothing else of it', async () => {
    const { id } = await world.aReadyDocument(collectionId, 'kept');
    const named = keysOf(id);
    const left = `documents/${id}/v1-99-text`;
    await putAged(left, 3);
    for (const key of named) await putAged(key, 3);
    await sweep();
    expect(keysOf(id).toSorted()).toEqual(named.toSorted());
  });

  it('reports rows whose bytes are gone, and leaves them searchable', async () => {
    const { id } = await world.aReadyDocument(collectionId, 'lost');
    const { id: deleted } = await world.aReadyDocument(collectionId, 'deleted');
    await world.aReadyDocument(collectionId, 'whole');
    const lost = keysOf(id);
    expect(lost).toHaveLength(2);
    for (const key of [...lost, ...keysOf(deleted)]) await store.remove(key);
    await world.send('DELETE', `/documents/${deleted}`);
    await sweep();
    expect(reported()).toEqual(new Set(lost));
    expect(await world.document(id)).toMatchObject({ status: 'ready', searchableVersion: 1 });
  });

  it('ends a document whose bytes are gone before it was read, with a code, a sentence and its attempts', async () => {
    const { id } = await world.aDocument(collectionId, 'gone');
    for (const key of keysOf(id)) await store.remove(key);
    await world.drain();
    expect(await world.document(id)).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: { code: 'knowledge.file-lost', detail: expect.stringMatching(/upload/i) },
    });
  });
});
