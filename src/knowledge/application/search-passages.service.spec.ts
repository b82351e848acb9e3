import { InMemoryPassageSearch } from '../../../test/fakes/in-memory-passage-search.js';
import { SilentLogger } from '../../../test/fakes/silent-logger.js';
import { WhitespaceTokenizer } from '../../../test/fakes/whitespace-tokenizer.js';
import { Embedder } from '../../platform/models/embedder.port.js';
import { AppError } from '../../shared/app-error.js';
import { newId } from '../../shared/ids.js';
import type { PassageQuery, PassageResult } from './search-passages.port.js';
import { SearchPassagesService } from './search-passages.service.js';

/** Embeds every question as the same direction; may fail instead. */
class PointingEmbedder extends Embedder {
  readonly model = 'pointing-v1';
  readonly dimensions = 2;
  fusionWeight = 0.3;
  failure?: Error;
  weightOf = new Map<string, number>();

  async embedPassages(): Promise<Float32Array[]> {
    throw new Error('Searching embeds no passages.');
  }

  async embedQuery(text: string, termWeight?: (term: string) => number): Promise<Float32Array> {
    if (this.failure) throw this.failure;
    for (const term of text.split(' ')) this.weightOf.set(term, termWeight?.(term) ?? Number.NaN);
    return new Float32Array([1, 0]);
  }
}

describe('SearchPassagesService', () => {
  const ownerId = newId();
  const collectionId = newId();
  let index: InMemoryPassageSearch;
  let embedder: PointingEmbedder;
  let logger: SilentLogger;

  beforeEach(() => {
    index = new InMemoryPassageSearch();
    embedder = new PointingEmbedder();
    logger = new SilentLogger();
  });

  const search = (query: Partial<PassageQuery>): Promise<PassageResult> => {
    const service = new SearchPassagesService(index, new WhitespaceTokenizer(), embedder, logger);
    return service.search({ ownerId, role: 'user' }, { query: 'apple', limit: 10, ...query });
  };
  const idsFor = async (query: Partial<PassageQuery>): Promise<string[]> =>
    (await search(query)).passages.map(({ id }) => id);
  const add = (id: string, text: string, embedding?: number[], collection = collectionId): void =>
    index.add({ id, ownerId, collectionId: collection, text, embedding });

  it('fuses both arms and gives each candidate the score of the other one too', async () => {
    add('a', 'apple apple', [0, 1]);
    add('b', 'pear', [1, 0]);
    add('c', 'apple pie', [0.6, 0.8]);
    const { passages } = await search({});
    expect(passages.map(({ id }) => id)).toEqual(['c', 'a', 'b']);
    expect(passages.map(({ scores }) => scores.vector)).toEqual([expect.closeTo(0.6), 0, 1]);
    expect(passages[2]!.scores.lexical).toBeUndefined();
  });

  it('answers from words alone when the question cannot be embedded, and says so', async () => {
    add('a', 'apple', [1, 0]);
    embedder.failure = new AppError({ code: 'model.unavailable', kind: 'unavailable', message: 'Down.' });
    const { passages, trace } = await search({ trace: true });
    expect(passages.map(({ id }) => id)).toEqual(['a']);
    expect(trace).toMatchObject({ degraded: { arm: 'vector', code: 'model.unavailable' } });
    expect(logger.lines).toMatchObject([{ level: 'warn', fields: { code: 'model.unavailable' } }]);
    expect(JSON.stringify(logger.lines)).not.toContain('apple');
  });

  it('does not pass a defect off as a missing arm', async () => {
    add('a', 'apple', [1, 0]);
    embedder.failure = new TypeError('a defect');
    await expect(search({})).rejects.toThrow('a defect');
  });

  it('does not ask an embedder that claims no weight', async () => {
    add('a', 'apple', [1, 0]);
    embedder.fusionWeight = 0;
    embedder.failure = new Error('asked');
    expect(await idsFor({})).toEqual(['a']);
  });

  it('hands the embedder the IDF of the searched collections', async () => {
    add('a', 'common rare', [1, 0]);
    add('b', 'common', [1, 0]);
    await search({ query: 'common rare unknown' });
    const [common, rare, unknown] = ['common', 'rare', 'unknown'].map((term) => embedder.weightOf.get(term)!);
    expect(rare).toBeGreaterThan(common!);
    expect(unknown).toBeGreaterThan(rare!);
  });

  it('shows a text that repeats within a collection once, and still fills the limit', async () => {
    const other = newId();
    add('a', 'apple', [1, 0]);
    add('b', 'apple', [1, 0]);
    add('c', 'apple', [1, 0], other);
    add('d', 'apple or pear', [1, 0]);
    expect(await idsFor({})).toEqual(['a', 'c', 'd']);
    expect(await idsFor({ limit: 2 })).toEqual(['a', 'c']);
  });

  it('looks once more when a document has switched to another version in the middle of it', async () => {
    add('old', 'apple', [1, 0]);
    const load = index.load.bind(index);
    let loads = 0;
    index.load = async (scope, ids) => {
      if (loads++ === 0) {
        index.chunks.length = 0;
        add('new', 'apple', [1, 0]);
      }
      return load(scope, ids);
    };
    expect(await idsFor({})).toEqual(['new']);
    expect(loads).toBe(2);
  });

  it('does not look for ever when passages keep vanishing', async () => {
    add('a', 'apple', [1, 0]);
    index.load = async () => [];
    expect(await idsFor({})).toEqual([]);
  });

  it('refuses what it cannot search', async () => {
    add('a', 'apple', [1, 0]);
    const invalid = expect.objectContaining({ code: 'request.invalid' }) as unknown;
    await expect(search({ query: ' \u3000\0\n' })).rejects.toEqual(invalid);
    await expect(search({ collectionIds: [] })).rejects.toEqual(invalid);
    await expect(search({ filter: { type: 'no' } })).rejects.toEqual(invalid);
    const notFound = expect.objectContaining({ code: 'knowledge.collection-not-found' }) as unknown;
    await expect(search({ collectionIds: [collectionId, newId()] })).rejects.toEqual(notFound);
  });

  it('names a faulty filter even where there is nothing to search', async () => {
    await expect(search({ filter: { type: 'no' } })).rejects.toMatchObject({ code: 'request.invalid' });
    expect(await idsFor({})).toEqual([]);
  });

  it('traces terms, arms, fusion and timings on demand only', async () => {
    add('a', 'apple', [1, 0]);
    expect((await search({})).trace).toBeUndefined();
    const { trace } = await search({ trace: true });
    expect(trace).toMatchObject({
      terms: [{ term: 'apple', containing: 1 }],
      lexical: { candidates: 1 },
      vector: { model: 'pointing-v1', candidates: 1 },
      fusion: { vectorWeight: 0.3, scores: [{ id: 'a' }] },
    });
    const timings = (trace as { timingsMs: object }).timingsMs;
    expect(Object.keys(timings)).toEqual(
      expect.arrayContaining(['statistics', 'lexical', 'embed', 'vector', 'load']),
    );
  });
});
