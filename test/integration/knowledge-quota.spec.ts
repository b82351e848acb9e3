import { page, ScriptedSite } from '../scripted-site.js';
import { waitFor } from '../wait-for.js';
import { KnowledgeWorld, formBody, formHeaders, type DocumentJson } from './knowledge-world.js';

type Element = DocumentJson & {
  id: string | null;
  error: { code: string; status: number; detail: string } | null;
};

describe('what an owner may store', () => {
  let world: KnowledgeWorld;
  let collectionId: string;

  beforeAll(async () => {
    world = await KnowledgeWorld.open({ DOCUMENTS_PER_OWNER: '3', BYTES_PER_OWNER: '100' });
    collectionId = await world.defaultCollection();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    await world.query('TRUNCATE document CASCADE');
    for (const key of await world.objectKeys()) await world.objects.remove(key);
    world.jobs.lose();
  });

  const elements = (answer: { json<T>(): T }) => answer.json<{ data: Element[] }>().data;
  const add = (content: string) =>
    world.upload(collectionId, [{ filename: `${content.slice(0, 9)}.txt`, content }]);
  const replace = (id: string, content: string) =>
    world.send('PUT', `/documents/${id}/content`, formBody([{ filename: 'new.txt', content }]), formHeaders);
  const failing = async (content: string): Promise<string> => {
    const { id } = await world.aDocument(collectionId, content);
    world.jobs.lose();
    await world.query(
      `UPDATE document_version SET status = 'failed', lease_until = NULL WHERE document_id = $1`,
      [id],
    );
    return id;
  };

  it('refuses the document after the last, says limit and use, and keeps nothing of it', async () => {
    for (const content of ['one', 'two', 'three']) expect((await add(content)).status).toBe(202);
    const before = await world.objectKeys();
    const refused = await add('four');
    expect([refused.status, refused.json()]).toMatchObject([
      403,
      {
        code: 'quota.exceeded',
        detail: 'You may have 3 documents, and you have 3: delete some before you add more.',
      },
    ]);
    const text = await world.send('POST', `/collections/${collectionId}/documents`, {
      title: 't',
      text: 'four',
    });
    expect([text.status, text.json()['code']]).toEqual([403, 'quota.exceeded']);
    expect(await world.objectKeys()).toEqual(before);
    expect(await world.count('document')).toBe(3);
    expect(world.jobs.waiting).toHaveLength(3);
  });

  it('answers a duplicate however full it is', async () => {
    for (const content of ['one', 'two', 'three']) await add(content);
    const again = await add('two');
    expect([again.status, elements(again)[0]!.duplicate]).toEqual([200, true]);
  });

  it('judges each part by itself: a smaller file after one that was too large is taken', async () => {
    const answer = await world.upload(collectionId, [
      { filename: 'a.txt', content: 'a'.repeat(60) },
      { filename: 'b.txt', content: 'b'.repeat(41) },
      { filename: 'c.txt', content: 'c'.repeat(40) },
    ]);
    expect(answer.status).toBe(202);
    expect(elements(answer)).toMatchObject([
      { status: 'queued' },
      {
        id: null,
        filename: 'b.txt',
        error: {
          code: 'quota.exceeded',
          status: 403,
          detail:
            'Your files may take 100 bytes, and they take 60: there is no room for 41 more. Delete some first.',
        },
      },
      { status: 'queued' },
    ]);
    expect(await world.objectKeys()).toHaveLength(2);
  });

  it('lets only one of many uploads at once take the last free place', async () => {
    await add('one');
    await add('two');
    const collections = await Promise.all([1, 2, 3, 4].map((number) => world.aCollection(`c${number}`)));
    const answers = await Promise.all(
      collections.map((id, at) => world.upload(id, [{ filename: 'x.txt', content: `last ${at}` }])),
    );
    expect(answers.map(({ status }) => String(status)).sort()).toEqual([202, 403, 403, 403].map(String));
    expect(await world.count('document')).toBe(3);
    expect(await world.objectKeys()).toHaveLength(3);
  });

  it('counts a new version with the one before, which is kept', async () => {
    const { id } = await world.aReadyDocument(collectionId, 'a'.repeat(60));
    const refused = await replace(id, 'b'.repeat(41));
    expect([refused.status, refused.json()['code']]).toEqual([403, 'quota.exceeded']);
    expect(await world.document(id)).toMatchObject({ version: 1, status: 'ready' });
    expect((await replace(id, 'c'.repeat(40))).status).toBe(202);
    expect((await replace(id, 'c'.repeat(40))).status).toBe(200);
  });

  it('counts what is deleted no more, from that moment', async () => {
    const { id } = await world.aReadyDocument(collectionId, 'a'.repeat(100));
    expect((await add('more')).status).toBe(403);
    await world.send('DELETE', `/documents/${id}`);
    expect((await add('more')).status).toBe(202);
  });

  it('does not count what failed, until it is tried again', async () => {
    const failed = await failing('f'.repeat(90));
    for (const content of ['one', 'two', 'three']) expect((await add(content)).status).toBe(202);
    const retried = await world.send('POST', `/documents/${failed}/retry`);
    expect([retried.status, retried.json()['code']]).toEqual([403, 'quota.exceeded']);
    expect(await world.document(failed)).toMatchObject({ status: 'failed' });
    const uploadedAgain = await add('f'.repeat(90));
    expect([uploadedAgain.status, uploadedAgain.json()['code']]).toEqual([403, 'quota.exceeded']);
  });

  describe('of documents from URLs', () => {
    let site: ScriptedSite;
    let strict: KnowledgeWorld;

    beforeAll(async () => {
      site = await ScriptedSite.open();
      strict = await KnowledgeWorld.open({
        DOCUMENTS_PER_OWNER: '2',
        BYTES_PER_OWNER: '30',
        FETCH_ALLOWED_HOSTS: site.host,
      });
      collectionId = await strict.defaultCollection();
    });
    afterAll(async () => {
      await strict.close();
      await site.close();
    });

    const addUrl = (path: string) => strict.addUrl(collectionId, site.url(path));

    it('counts them at once, and their bytes when they are there', async () => {
      site.serves('/small', page('x'.repeat(20))).serves('/large', page('y'.repeat(20)));
      const [small, large] = [elements(await addUrl('/small'))[0]!, elements(await addUrl('/large'))[0]!];
      const third = await addUrl('/third');
      expect([third.status, third.json()['code']]).toEqual([403, 'quota.exceeded']);

      expect(await strict.drain()).toHaveLength(1);
      expect(await strict.document(small.id!)).toMatchObject({ status: 'ready' });
      expect(await strict.document(large.id!)).toMatchObject({
        status: 'failed',
        error: { code: 'quota.exceeded', status: 403 },
      });
      expect((await strict.objectKeys()).filter((key) => key.includes(large.id!))).toEqual([]);

      // What has failed does not count; a refresh that changes nothing needs no room.
      const refreshed = strict.send('POST', `/documents/${small.id}/refresh`);
      await waitFor(() => strict.jobs.waiting.length > 0);
      await strict.drain();
      expect((await refreshed).status).toBe(200);
      expect((await addUrl('/third')).status).toBe(202);
    });
  });
});
