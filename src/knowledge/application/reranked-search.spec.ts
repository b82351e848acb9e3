import { SilentLogger } from '../../../test/fakes/silent-logger.js';
import { Reranker } from '../../platform/models/reranker.port.js';
import { AppError } from '../../shared/app-error.js';
import type { Caller } from '../../shared/caller.js';
import { newId } from '../../shared/ids.js';
import type { Passage } from './passage.js';
import { RerankedSearch } from './reranked-search.js';
import { SearchPassages, type PassageQuery, type PassageResult } from './search-passages.port.js';

const caller: Caller = { ownerId: newId(), role: 'user' };

const aPassage = (id: string, score: number, text = id): Passage => ({
  id,
  documentId: newId(),
  documentVersion: 1,
  documentTitle: 'title',
  collectionId: newId(),
  text,
  context: '',
  headings: [],
  page: null,
  charStart: 0,
  charEnd: text.length,
  score,
  scores: { lexical: score },
});

class FusedSearch extends SearchPassages {
  readonly asked: PassageQuery[] = [];

  constructor(private readonly found: Passage[]) {
    super();
  }

  async search(_: Caller, query: PassageQuery): Promise<PassageResult> {
    this.asked.push(query);
    const passages = this.found.slice(0, query.limit);
    return query.trace ? { passages, trace: { terms: [], timingsMs: { load: 1 } } } : { passages };
  }
}

class ScriptedReranker extends Reranker {
  readonly model = 'scripted';
  readonly asked: { query: string; passages: string[] }[] = [];
  scoreOf: (text: string) => number = (text) => text.charCodeAt(0);
  failure?: Error;

  async rerank(query: string, passages: string[]): Promise<number[]> {
    this.asked.push({ query, passages });
    if (this.failure) throw this.failure;
    return passages.map(this.scoreOf);
  }
}

describe('RerankedSearch', () => {
  const setUp = (found: Passage[], settings = {}) => {
    const search = new FusedSearch(found);
    const reranker = new ScriptedReranker();
    const logger = new SilentLogger();
    const config = { candidates: 3, passageChars: 1_000, ...settings };
    return { search, reranker, logger, reranked: new RerankedSearch(search, reranker, config, logger) };
  };
  const fused = () => [aPassage('a', 0.9), aPassage('b', 0.8), aPassage('c', 0.7), aPassage('d', 0.6)];
  const ids = ({ passages }: PassageResult) => passages.map(({ id }) => id);
  const busy = () => new AppError({ code: 'model.unavailable', kind: 'unavailable', message: 'Busy.' });

  it('looks further than it is asked to, and answers the best of what the model has read', async () => {
    const { search, reranked } = setUp(fused());
    const result = await reranked.search(caller, { query: 'q', limit: 2 });
    expect(ids(result)).toEqual(['c', 'b']);
    expect(result.passages[0]).toMatchObject({ score: 99, scores: { lexical: 0.7, rerank: 99 } });
    expect(result.trace).toBeUndefined();
    expect(search.asked).toEqual([{ query: 'q', limit: 3 }]);
  });

  it('reads no more than its candidates; what was not read follows', async () => {
    const { reranker, reranked } = setUp(fused());
    const result = await reranked.search(caller, { query: 'q', limit: 4 });
    expect(ids(result)).toEqual(['c', 'b', 'a', 'd']);
    expect(result.passages[3]!.scores).toEqual({ lexical: 0.6 });
    expect(reranker.asked).toEqual([{ query: 'q', passages: ['a', 'b', 'c'] }]);
  });

  it('gives context and text, cut, and whole characters alone', async () => {
    const found = [{ ...aPassage('a', 1, 'text🙂'), context: 'head' }, aPassage('b', 0, 'x'.repeat(50))];
    const { reranker, reranked } = setUp(found, { passageChars: 10 });
    await reranked.search(caller, { query: 'word '.repeat(5), limit: 2 });
    expect(reranker.asked).toEqual([{ query: 'word word ', passages: ['head\ntext\uFFFD', 'x'.repeat(10)] }]);
  });

  it('keeps the order of the fusion when the model fails, and says so without a word of the owner', async () => {
    const { reranker, reranked, logger } = setUp(fused());
    reranker.failure = busy();
    const result = await reranked.search(caller, { query: 'secret', limit: 2, trace: true });
    expect(ids(result)).toEqual(['a', 'b']);
    expect(result.passages[0]).toMatchObject({ score: 0.9, scores: { lexical: 0.9 } });
    expect(result.trace).toMatchObject({ rerank: { model: 'scripted', failed: 'model.unavailable' } });
    expect(logger.lines).toMatchObject([
      { level: 'warn', fields: { code: 'model.unavailable', model: 'scripted' } },
    ]);
    expect(JSON.stringify(logger.lines)).not.toContain('secret');
  });

  it('does not pass a defect off as a busy model', async () => {
    const { reranker, reranked } = setUp(fused());
    reranker.failure = new TypeError('a defect');
    await expect(reranked.search(caller, { query: 'q', limit: 2 })).rejects.toThrow('a defect');
  });

  it('traces what the model gave, after what the search has traced', async () => {
    const { reranked } = setUp(fused());
    const { trace } = await reranked.search(caller, { query: 'q', limit: 1, trace: true });
    expect(trace).toEqual({
      terms: [],
      rerank: {
        model: 'scripted',
        scores: [
          { id: 'a', score: 97 },
          { id: 'b', score: 98 },
          { id: 'c', score: 99 },
        ],
      },
      timingsMs: { load: 1, rerank: expect.any(Number) as number },
    });
  });

  it.each([[[]], [[aPassage('a', 1)]]])('asks no model where there is nothing to order', async (found) => {
    const { reranker, reranked } = setUp(found);
    expect(ids(await reranked.search(caller, { query: 'q', limit: 5 }))).toEqual(found.map(({ id }) => id));
    expect(reranker.asked).toEqual([]);
  });
});
