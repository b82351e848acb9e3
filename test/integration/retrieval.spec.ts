import fc from 'fast-check';
import type { VersionRef } from '../../src/knowledge/application/chunk-index.port.js';
import { SearchPassagesService } from '../../src/knowledge/application/search-passages.service.js';
import type { PassageQuery } from '../../src/knowledge/application/search-passages.port.js';
import type { Passage } from '../../src/knowledge/application/passage.js';
import { inverseDocumentFrequency, termSaturation } from '../../src/knowledge/domain/bm25.js';
import { PgvectorChunkIndex } from '../../src/knowledge/infrastructure/pgvector-chunk-index.js';
import { PgvectorPassageSearch } from '../../src/knowledge/infrastructure/pgvector-passage-search.js';
import { PostgresPassageNeighbours } from '../../src/knowledge/infrastructure/postgres-passage-neighbours.js';
import { newId } from '../../src/shared/ids.js';
import { addCollection, addDocument, type DocumentRowOptions } from '../builders/knowledge-rows.js';
import { chunksOf } from '../builders/a-chunk.js';
import { LetterEmbedder } from '../fakes/letter-embedder.js';
import { SilentLogger } from '../fakes/silent-logger.js';
import { WhitespaceTokenizer } from '../fakes/whitespace-tokenizer.js';
import { openTestDatabase, type TestDatabase } from './database.js';

describe('retrieval on PostgreSQL', () => {
  let db: TestDatabase;
  let index: PgvectorChunkIndex;
  let passageSearch: PgvectorPassageSearch;
  let service: SearchPassagesService;
  const tokenizer = new WhitespaceTokenizer();
  const embedder = new LetterEmbedder();
  /** Each test has an owner of its own. */
  let ownerId: string;

  beforeAll(async () => {
    db = await openTestDatabase();
    index = new PgvectorChunkIndex(db.database, db.transaction, tokenizer);
    passageSearch = new PgvectorPassageSearch(db.database, db.transaction);
    service = new SearchPassagesService(passageSearch, tokenizer, embedder, new SilentLogger());
  });
  afterAll(() => db.close());
  beforeEach(() => {
    ownerId = newId();
  });

  async function write(ref: VersionRef, texts: string[], model = embedder.model): Promise<void> {
    const embeddings = await embedder.embedPassages(texts);
    await index.write(
      ref,
      model,
      chunksOf(texts).map((chunk, position) => ({ ...chunk, embedding: embeddings[position]! })),
    );
  }

  async function publish(ref: VersionRef, previous: number | null = null): Promise<void> {
    await db.transaction.run(async () => {
      await index.publish(ref, previous);
      await db.database.execute('UPDATE document SET searchable_version = $2 WHERE id = $1', [
        ref.documentId,
        ref.version,
      ]);
    });
  }

  async function published(texts: string[], options: Partial<DocumentRowOptions> = {}): Promise<VersionRef> {
    const ref = await addDocument(db.database, { ownerId, ...options });
    await write(ref, texts);
    await publish(ref);
    return ref;
  }

  const search = async (query: Partial<PassageQuery> & { query: string }): Promise<Passage[]> =>
    (await service.search({ ownerId, role: 'user' }, { limit: 10, ...query })).passages;
  const textsFor = async (query: Partial<PassageQuery> & { query: string }): Promise<string[]> =>
    (await search(query)).map(({ text }) => text);

  it('tells how much of the question one passage holds', async () => {
    await published(['apple pie recipe', 'zebra']);
    const relevance = async (query: string) =>
      (await service.search({ ownerId, role: 'user' }, { query, limit: 10, trace: true })).relevance!;
    expect((await relevance('apple recipe')).coverage).toBe(1);
    expect((await relevance('apple zebra')).coverage).toBeCloseTo(0.5, 2);
    expect((await relevance('penguin')).coverage).toBe(0);
    // An embedder that says nothing else knows meaning.
    expect((await relevance('penguin')).similarity).toBeGreaterThan(0);
  });

  it('finds what stands around a passage in its section, of visible versions of its owner alone', async () => {
    const neighbours = new PostgresPassageNeighbours(db.database);
    const texts = ['before', 'title', 'one', 'two', 'three', 'after'];
    const ref = await published(texts);
    await db.database.execute(
      `UPDATE chunk SET headings = '["Other"]', char_start = ordinal * 10
       WHERE document_id = $1 AND ordinal IN (1, 5)`,
      [ref.documentId],
    );
    await write({ ...ref, version: 2 }, texts);
    const [seed] = await search({ query: 'two' });
    const around = async (owner: string, radius: number) =>
      (await neighbours.around(owner, [seed!.id], radius))
        .map(({ ofId, distance, text }) => {
          expect(ofId).toBe(seed!.id);
          return [distance, text];
        })
        .toSorted(([a], [b]) => Number(a) - Number(b));
    expect(await around(ownerId, 1)).toEqual([
      [-1, 'one'],
      [1, 'three'],
    ]);
    // `before` has the same headings, but another section lies between.
    expect(await around(ownerId, 3)).toEqual(await around(ownerId, 1));
    expect(await around(ownerId, 0)).toEqual([]);
    expect(await around(newId(), 3)).toEqual([]);
    await db.database.execute('UPDATE document SET deleted_at = now() WHERE id = $1', [ref.documentId]);
    expect(await around(ownerId, 3)).toEqual([]);
  });

  it('answers every field of a passage, with the scores of both arms', async () => {
    const ref = await published(['apple pie', 'zebra'], { title: 'Recipes' });
    const [passage] = await search({ query: 'apple' });
    expect(passage).toEqual({
      id: passage!.id,
      documentId: ref.documentId,
      documentVersion: 1,
      documentTitle: 'Recipes',
      collectionId: ref.collectionId,
      text: 'apple pie',
      context: '',
      headings: [],
      page: null,
      charStart: 0,
      charEnd: 9,
      score: 1,
      scores: { lexical: expect.any(Number) as number, vector: expect.any(Number) as number },
    });
  });

  it('scores by BM25 as its formula says, over the statistics of all searched collections', async () => {
    const term = fc.constantFrom('a', 'b', 'c', 'd', "it's", '\\', '한글');
    const text = fc.array(term, { minLength: 1, maxLength: 12 }).map((terms) => terms.join(' '));
    const texts = fc.uniqueArray(text, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(texts, texts, text, async (first, second, question) => {
        ownerId = newId();
        await published(first);
        await published(second);
        const passages = await search({ query: question, limit: 100 });
        const scores = passages.map((passage) => passage.scores.lexical ?? 0);
        const expected = passages.map((passage) => bm25Of(question, passage.text, [...first, ...second]));
        for (const [position, score] of scores.entries()) expect(score).toBeCloseTo(expected[position]!, 6);
        const found = new Set(passages.map((passage) => passage.text));
        for (const one of [...first, ...second]) expect(found.has(one)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('scores vectors by their cosine, to the precision of half floats', async () => {
    const texts = ['apple', 'appel tree', 'zebra crossing', 'q'];
    await published(texts);
    const question = await embedder.embedQuery('an apple');
    const vectors = await embedder.embedPassages(texts);
    for (const passage of await search({ query: 'an apple' })) {
      const vector = vectors[texts.indexOf(passage.text)]!;
      const cosine = vector.reduce((sum, value, axis) => sum + value * question[axis]!, 0);
      expect(passage.scores.vector).toBeCloseTo(cosine, 3);
    }
  });

  it('counts a term beyond what PostgreSQL keeps positions for', async () => {
    await published([Array.from({ length: 400 }, () => 'many').join(' '), 'many others here']);
    expect((await textsFor({ query: 'many' }))[0]).toMatch(/^many many/);
  });

  it('finds only what is published, current and not deleted', async () => {
    const ref = await addDocument(db.database, { ownerId });
    await write(ref, ['draft apple']);
    expect(await textsFor({ query: 'apple' })).toEqual([]);
    await publish(ref);
    expect(await textsFor({ query: 'apple' })).toEqual(['draft apple']);

    const next = { ...ref, version: 2 };
    await write(next, ['final apple']);
    expect(await textsFor({ query: 'apple' })).toEqual(['draft apple']);
    await publish(next, 1);
    expect(await textsFor({ query: 'apple' })).toEqual(['final apple']);

    await db.transaction.run(async () => {
      await index.withdraw(next);
      await db.database.execute('UPDATE document SET deleted_at = now() WHERE id = $1', [ref.documentId]);
    });
    expect(await textsFor({ query: 'apple' })).toEqual([]);
  });

  it('hides a deleted document at once, even before its counts are taken out', async () => {
    const ref = await published(['apple']);
    await published(['banana']);
    await db.database.execute('UPDATE document SET deleted_at = now() WHERE id = $1', [ref.documentId]);
    expect(await textsFor({ query: 'apple' })).toEqual(['banana']);
  });

  it('searches the given collections, or all of the owner’s, and never another owner’s', async () => {
    const fruit = await published(['apple fruit']);
    await published(['apple computer']);
    const mine = ownerId;
    ownerId = newId();
    const foreign = await published(['apple of another']);
    expect(await textsFor({ query: 'apple' })).toEqual(['apple of another']);
    ownerId = mine;
    expect((await textsFor({ query: 'apple' })).toSorted()).toEqual(['apple computer', 'apple fruit']);
    expect(await textsFor({ query: 'apple', collectionIds: [fruit.collectionId] })).toEqual(['apple fruit']);
    const notFound = expect.objectContaining({ code: 'knowledge.collection-not-found' }) as unknown;
    for (const unknown of [foreign.collectionId, newId(), 'no-id']) {
      const asking = search({ query: 'apple', collectionIds: [fruit.collectionId, unknown] });
      await expect(asking).rejects.toEqual(notFound);
    }
  });

  it('applies the metadata filter in both arms', async () => {
    const collectionId = await addCollection(db.database, ownerId);
    await published(['apple one'], { collectionId, metadata: { year: 2023, lang: 'ko' } });
    await published(['apple two'], { collectionId, metadata: { year: 2025 } });
    const filter = { type: 'gte', key: 'year', value: 2024 };
    expect(await textsFor({ query: 'apple', filter })).toEqual(['apple two']);
    expect(await textsFor({ query: 'unheard', filter })).toEqual(['apple two']);
    const negated = { type: 'not', filter: { type: 'eq', key: 'lang', value: 'ko' } };
    expect(await textsFor({ query: 'apple', filter: negated })).toEqual(['apple two']);
  });

  it('takes vectors of the model in use only, and words of all', async () => {
    const ref = await addDocument(db.database, { ownerId });
    await write(ref, ['apple'], 'older-model');
    await publish(ref);
    const [passage] = await search({ query: 'apple' });
    expect(passage!.scores.vector).toBeUndefined();
    expect(passage!.scores.lexical).toBeGreaterThan(0);
    expect(await textsFor({ query: 'aplle' })).toEqual([]);
  });

  it('finds by likeness what shares no word', async () => {
    await published(['zzz', 'appel']);
    expect((await textsFor({ query: 'apple' }))[0]).toBe('appel');
  });

  it('asks once more with what the best passages have in common, where none of them stands out', async () => {
    const sealed = Array.from({ length: 12 }, (_, at) => `pump seal model${at}`);
    const fillers = Array.from({ length: 130 }, (_, at) => `filler number${at} text`);
    await published(['pump without name', ...sealed, 'pump for water', ...fillers, 'the seal alone']);
    await published(['pump seal elsewhere'], { ownerId: newId() });
    const { passages, trace } = await service.search(
      { ownerId, role: 'user' },
      { query: 'pump', limit: 14, trace: true },
    );
    const lexical = trace!.lexical as { scores: { score: number }[] };
    expect(trace!.feedback).toMatchObject({ weight: expect.closeTo(0.3, 6) });
    const { terms } = trace!.feedback as { terms: { term: string; containing: number }[] };
    expect(terms).toContainEqual(expect.objectContaining({ term: 'seal', containing: 13 }));
    expect(terms.map(({ term }) => term)).not.toContain('elsewhere');
    expect(lexical.scores).toHaveLength(14);
    expect(passages.slice(0, 12).map(({ text }) => text)).toEqual(expect.arrayContaining(sealed));

    const { trace: clear } = await service.search(
      { ownerId, role: 'user' },
      { query: 'pump model3', limit: 14, trace: true },
    );
    expect(clear).not.toHaveProperty('feedback');
  });

  it('takes the feedback from visible passages of the filter only, and gives terms their share', async () => {
    const one = await published(['red pump', 'red red valve'], { metadata: { kind: 'a' } });
    const other = await published(['red secret'], {
      metadata: { kind: 'b' },
      collectionId: one.collectionId,
    });
    const rows = await db.database.query<{ id: string; text: string }>(
      'SELECT id, text FROM chunk WHERE document_id = ANY ($1)',
      [[one.documentId, other.documentId]],
    );
    const scores = rows.map(({ id, text }) => ({ id, score: text === 'red pump' ? 4 : 3 }));
    const filter = { type: 'eq' as const, key: 'kind', value: 'a' };
    const feedback = (
      limits: { limit: number; mostContaining: number },
      scope: { ownerId: string; filter: typeof filter | null } = { ownerId, filter },
    ) => passageSearch.feedbackTerms({ collectionIds: [one.collectionId], ...scope }, scores, limits);
    expect(await feedback({ limit: 5, mostContaining: 9 })).toEqual([
      { term: 'red', share: 4, containing: 3 },
      { term: 'pump', share: 2, containing: 1 },
      { term: 'valve', share: 1, containing: 1 },
    ]);
    expect(await feedback({ limit: 1, mostContaining: 2 })).toEqual([
      { term: 'pump', share: 2, containing: 1 },
    ]);
    expect(await feedback({ limit: 5, mostContaining: 9 }, { ownerId: newId(), filter: null })).toEqual([]);
  });

  it('takes any question: quotes, operators, NUL, half a surrogate pair, thousands of terms', async () => {
    await published(["it's a test"]);
    const long = Array.from({ length: 3_000 }, (_, n) => `t${n}`).join(' ');
    for (const query of ["it's", "' | !! & (", '\\', 'it\0s', "\ud800 it's", `${long} it's`, ':*', '<->']) {
      expect(await textsFor({ query })).toEqual(["it's a test"]);
    }
  });

  it('reaches the lexemes through their index in a large collection', async () => {
    const texts = Array.from({ length: 2_000 }, (_, n) => `${'filler words '.repeat(60)} t${n}`);
    await published(texts);
    await db.database.execute('ANALYZE chunk');
    await db.transaction.run(async () => {
      const plan = await explain('t7');
      expect(plan).toContain('Bitmap Index Scan on chunk_lexemes');
      expect(plan).not.toContain('Seq Scan on chunk ');
    });
  });

  async function explain(term: string): Promise<string> {
    const statements: [string, unknown[]][] = [];
    const recording = Object.create(db.database) as typeof db.database;
    recording.query = async <Row>(sql: string, parameters?: unknown[]): Promise<Row[]> => {
      statements.push([sql, parameters ?? []]);
      return db.database.query<Row>(sql, parameters);
    };
    const [collectionId] = await passageSearch.listCollections(ownerId);
    await new PgvectorPassageSearch(recording, db.transaction).lexical(
      { ownerId, collectionIds: [collectionId!], filter: null },
      { terms: [{ term, weight: 5, containing: 1 }], averageLength: 100 },
      100,
    );
    const [sql, parameters] = statements.at(-1)!;
    const rows = await db.database.query<Record<string, string>>(`EXPLAIN ${sql}`, parameters);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  }
});

function bm25Of(question: string, text: string, corpus: string[]): number {
  const termsOf = (of: string): string[] => of.split(' ');
  const average = corpus.reduce((sum, one) => sum + termsOf(one).length, 0) / corpus.length;
  const frequency = (term: string): number => termsOf(text).filter((other) => other === term).length;
  return termsOf(question).reduce((sum, term) => {
    const containing = corpus.filter((one) => termsOf(one).includes(term)).length;
    if (frequency(term) === 0) return sum;
    const saturation = termSaturation(frequency(term), termsOf(text).length, average);
    return sum + inverseDocumentFrequency(corpus.length, containing) * saturation;
  }, 0);
}
