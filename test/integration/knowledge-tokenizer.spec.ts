import type { VersionRef } from '../../src/knowledge/application/chunk-index.port.js';
import { SearchPassagesService } from '../../src/knowledge/application/search-passages.service.js';
import { PgvectorChunkIndex } from '../../src/knowledge/infrastructure/pgvector-chunk-index.js';
import { PgvectorPassageSearch } from '../../src/knowledge/infrastructure/pgvector-passage-search.js';
import { PostgresLexicalUpkeep } from '../../src/knowledge/infrastructure/postgres-lexical-upkeep.js';
import type { Tokenizer } from '../../src/platform/text/tokenizer.port.js';
import { newId } from '../../src/shared/ids.js';
import { chunksOf } from '../builders/a-chunk.js';
import { addCollection, addDocument, readStatistics } from '../builders/knowledge-rows.js';
import { LetterEmbedder } from '../fakes/letter-embedder.js';
import { SilentLogger } from '../fakes/silent-logger.js';
import { WhitespaceTokenizer } from '../fakes/whitespace-tokenizer.js';
import { openTestDatabase, type TestDatabase } from './database.js';

/** Other terms of every text, and fewer: pairs of words. */
class PairTokenizer extends WhitespaceTokenizer {
  override readonly version = 'pairs-v2';
  beforeBatch: () => void = () => undefined;

  override terms(text: string): string[] {
    const words = super.terms(text);
    return words.slice(1).map((word, index) => `${words[index]!}+${word}`);
  }

  override async termsOfMany(texts: string[]): Promise<string[][]> {
    this.beforeBatch();
    return super.termsOfMany(texts);
  }
}

describe('a new version of the tokenizer', () => {
  let db: TestDatabase;
  let ownerId: string;
  let collectionId: string;
  const embedder = new LetterEmbedder();
  const before = new WhitespaceTokenizer();
  let after: PairTokenizer;

  beforeAll(async () => {
    db = await openTestDatabase();
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    after = new PairTokenizer();
    ownerId = newId();
    await upkeep(after).refresh(1_000);
    collectionId = await addCollection(db.database, ownerId);
  });

  const upkeep = (tokenizer: Tokenizer) => new PostgresLexicalUpkeep(db.database, db.transaction, tokenizer);

  async function write(ref: VersionRef, texts: string[], tokenizer: Tokenizer): Promise<void> {
    const vectors = await embedder.embedPassages(texts);
    const chunks = chunksOf(texts).map((chunk, position) => ({ ...chunk, embedding: vectors[position]! }));
    await new PgvectorChunkIndex(db.database, db.transaction, tokenizer).write(ref, embedder.model, chunks);
  }

  async function publish(ref: VersionRef, previous: number | null = null): Promise<void> {
    await db.transaction.run(async () => {
      await db.database.query('SELECT 1 FROM document WHERE id = $1 FOR UPDATE', [ref.documentId]);
      await new PgvectorChunkIndex(db.database, db.transaction, after).publish(ref, previous);
      await db.database.execute('UPDATE document SET searchable_version = $2 WHERE id = $1', [
        ref.documentId,
        ref.version,
      ]);
    });
  }

  async function published(texts: string[], tokenizer: Tokenizer = before): Promise<VersionRef> {
    const ref = await addDocument(db.database, { ownerId, collectionId });
    await write(ref, texts, tokenizer);
    await publish(ref);
    return ref;
  }

  const tokenizersInUse = async (): Promise<string[]> =>
    (
      await db.database.query<{ tokenizer: string }>(
        'SELECT DISTINCT tokenizer FROM chunk WHERE owner_id = $1 ORDER BY tokenizer',
        [ownerId],
      )
    ).map(({ tokenizer }) => tokenizer);

  const search = async (query: string): Promise<{ text: string; lexical?: number }[]> => {
    const passages = new PgvectorPassageSearch(db.database, db.transaction);
    const service = new SearchPassagesService(passages, after, embedder, new SilentLogger());
    const found = await service.search({ ownerId, role: 'user' }, { query, limit: 10 });
    return found.passages.map(({ text, scores }) => ({ text, lexical: scores.lexical }));
  };

  /** As a store that never knew another tokenizer. */
  async function expectAsIfNew(texts: string[][]): Promise<void> {
    const kept = await readStatistics(db.database, collectionId);
    const old = collectionId;
    collectionId = await addCollection(db.database, ownerId);
    for (const ofDocument of texts) await published(ofDocument, after);
    expect(kept).toEqual(await readStatistics(db.database, collectionId));
    collectionId = old;
  }

  it('makes stored terms anew, a few at a time, with their statistics; searches answer all the while', async () => {
    const texts = [
      ['the red fox runs', 'the red fox sleeps', 'a bird sings'],
      ['the blue whale swims', 'the red fox'],
    ];
    for (const ofDocument of texts) await published(ofDocument);
    expect((await search('red fox'))[0]!.lexical).toBeUndefined();
    expect(await search('red fox')).toHaveLength(5);

    const looked: number[] = [];
    for (;;) {
      looked.push(await upkeep(after).refresh(2));
      expect(await search('red fox')).toHaveLength(5);
      if (looked.at(-1) === 0) break;
    }
    expect(looked.reduce((sum, chunks) => sum + chunks)).toBe(5);
    expect(Math.max(...looked)).toBe(2);
    expect(await tokenizersInUse()).toEqual(['pairs-v2']);
    expect((await search('red fox')).filter(({ lexical }) => lexical! > 0)).toHaveLength(3);
    await expectAsIfNew(texts);
  });

  it('counts nothing of what no search sees, and leaves none of it behind either', async () => {
    const replaced = await published(['old text of it']);
    const next = { ...replaced, version: 2 };
    await write(next, ['new text of it'], before);
    await publish(next, 1);
    const waiting = await addDocument(db.database, { ownerId, collectionId });
    await write(waiting, ['not yet visible'], before);
    while ((await upkeep(after).refresh(50)) > 0);
    expect(await tokenizersInUse()).toEqual(['pairs-v2']);
    await publish(waiting);
    await expectAsIfNew([['new text of it'], ['not yet visible']]);
  });

  it('goes on where it was stopped', async () => {
    const texts = Array.from({ length: 9 }, (_, index) => `chunk number ${index} of nine`);
    await published(texts);
    let batches = 0;
    after.beforeBatch = () => {
      if (++batches === 3) throw new Error('stopped');
    };
    const all = async (): Promise<void> => {
      while ((await upkeep(after).refresh(2)) > 0);
    };
    await expect(all()).rejects.toThrow('stopped');
    expect(await tokenizersInUse()).toEqual(['pairs-v2', 'whitespace-v1']);
    await all();
    expect(await tokenizersInUse()).toEqual(['pairs-v2']);
    await expectAsIfNew([texts]);
  });

  it('keeps the statistics right beside other workers and versions that are published meanwhile', async () => {
    const texts = Array.from({ length: 12 }, (_, index) => [`text ${index} a b`, `text ${index} c d`]);
    const refs: VersionRef[] = [];
    for (const ofDocument of texts) refs.push(await published(ofDocument));
    const worker = async (): Promise<void> => {
      while ((await upkeep(after).refresh(3)) > 0);
    };
    const replacing = async (): Promise<void> => {
      for (const ref of refs.slice(0, 6).toReversed()) {
        const next = { ...ref, version: 2 };
        await write(next, ['another text altogether'], before);
        await publish(next, 1);
      }
    };
    await Promise.all([worker(), worker(), replacing()]);
    await worker();
    await expectAsIfNew([...texts.slice(6), ...texts.slice(0, 6).map(() => ['another text altogether'])]);
  });

  it('is not undone by a worker of the version before', async () => {
    await published(['some text'], after);
    expect(await upkeep(before).refresh(10)).toBe(0);
    expect(await tokenizersInUse()).toEqual(['pairs-v2']);
  });
});
