import { PgvectorChunkIndex } from '../../src/knowledge/infrastructure/pgvector-chunk-index.js';
import { PgvectorPassageSearch } from '../../src/knowledge/infrastructure/pgvector-passage-search.js';
import type { VersionRef } from '../../src/knowledge/application/chunk-index.port.js';
import type { PassageResult } from '../../src/knowledge/application/search-passages.port.js';
import { SearchPassagesService } from '../../src/knowledge/application/search-passages.service.js';
import { newId } from '../../src/shared/ids.js';
import { chunksOf } from '../builders/a-chunk.js';
import { addDocument } from '../builders/knowledge-rows.js';
import { LetterEmbedder } from '../fakes/letter-embedder.js';
import { SilentLogger } from '../fakes/silent-logger.js';
import { WhitespaceTokenizer } from '../fakes/whitespace-tokenizer.js';
import { Random } from '../random.js';
import { openTestDatabase, type TestDatabase } from './database.js';

const owners = 50;
/** CI asks fewer, to be done in time. */
const searches = Number(process.env.ISOLATION_SEARCHES ?? 1_000);
/** Every owner has these, word for word; so each is as near to any question as the next owner's. */
const shared = [
  'annual leave is twenty days and five carry over',
  'the office in berlin opened in march',
  'backups are encrypted and kept for a year',
  'lunch costs eight euros on weekdays',
];
const words = [...new Set(shared.flatMap((text) => text.split(' ')))];

interface Tenant {
  ownerId: string;
  ref: VersionRef;
  /** A word that no other owner has. */
  canary: string;
}

/** What a search tells of the store, but for how long each step took. */
const told = ({ passages, trace }: PassageResult): unknown => ({ passages, ...trace, timingsMs: undefined });

describe('a search in a store of fifty owners with nearly the same texts', () => {
  let db: TestDatabase;
  let index: PgvectorChunkIndex;
  let service: SearchPassagesService;
  const tokenizer = new WhitespaceTokenizer();
  const embedder = new LetterEmbedder();
  const random = new Random(50);

  const add = async (number: number): Promise<Tenant> => {
    const ownerId = newId();
    const canary = `canary${number}x`;
    const ref = await addDocument(db.database, { ownerId, metadata: { kind: 'handbook' } });
    const texts = [...shared, `the password of the gate is ${canary}`];
    const embeddings = await embedder.embedPassages(texts);
    const chunks = chunksOf(texts).map((chunk, at) => ({ ...chunk, embedding: embeddings[at]! }));
    await index.write(ref, embedder.model, chunks);
    await db.transaction.run(async () => {
      await index.publish(ref, null);
      await db.database.execute('UPDATE document SET searchable_version = 1 WHERE id = $1', [ref.documentId]);
    });
    return { ownerId, ref, canary };
  };

  const search = (
    { ownerId }: Tenant,
    query: string,
    more: { collectionIds?: string[]; filter?: unknown } = {},
  ): Promise<PassageResult> =>
    service.search({ ownerId, role: 'user' }, { query, limit: 10, trace: true, ...more });

  beforeAll(async () => {
    db = await openTestDatabase();
    index = new PgvectorChunkIndex(db.database, db.transaction, tokenizer);
    const passages = new PgvectorPassageSearch(db.database, db.transaction);
    service = new SearchPassagesService(passages, tokenizer, embedder, new SilentLogger());
  });
  afterAll(() => db.close());

  it('answers and counts as if its owner were alone', async () => {
    const first = await add(0);
    const questions = [...shared, 'gate password', `where is ${first.canary}`];
    const alone: PassageResult[] = [];
    for (const question of questions) alone.push(await search(first, question));
    const tenants = [first];
    while (tenants.length < owners) tenants.push(await add(tenants.length));

    for (const [at, question] of questions.entries())
      expect(told(await search(first, question))).toEqual(told(alone[at]!));

    for (let turn = 0; turn < searches; turn++) {
      const tenant = random.pick(tenants);
      const other = random.pick(tenants.filter((one) => one !== tenant));
      const question = [random.pick(words), random.pick(words), other.canary, random.pick(words)].join(' ');
      const filter = random.chance(0.3) ? { type: 'eq', key: 'kind', value: 'handbook' } : undefined;
      const { passages, trace } = await search(tenant, question, { filter });
      expect(passages).not.toHaveLength(0);
      expect(new Set(passages.map(({ documentId }) => documentId))).toEqual(new Set([tenant.ref.documentId]));
      expect(passages.map(({ text }) => text).join()).not.toContain(other.canary);
      expect(trace).toMatchObject({ chunksInScope: shared.length + 1 });
      // another owner's canary is a word that nobody has
      const counted = (trace!.terms as { term: string }[]).map(({ term }) => term);
      expect(counted).not.toContain(other.canary);
      expect(counted).not.toHaveLength(0);
    }
    for (const other of tenants.slice(1)) {
      const collectionIds = [first.ref.collectionId, other.ref.collectionId];
      await expect(search(first, other.canary, { collectionIds })).rejects.toMatchObject({
        code: 'knowledge.collection-not-found',
      });
    }
  }, 300_000);
});
