import { HashedEmbedder } from '../../src/platform/models/hashed-embedder.js';
import { LexicalTokenizer } from '../../src/platform/text/lexical-tokenizer.js';
import { embedderContract } from './embedder.contract.js';
import { textWorkerPools } from './text-workers.js';

describe.each(textWorkerPools)('HashedEmbedder %s', (_, openPool) => {
  const pool = openPool();
  afterAll(() => pool.onApplicationShutdown());

  embedderContract(() => new HashedEmbedder(new LexicalTokenizer(pool), pool));

  it('lets a rare term of the query outweigh a common one', async () => {
    const embedder = new HashedEmbedder(new LexicalTokenizer(pool), pool);
    const [rare, common] = await embedder.embedPassages(['quasar', 'document']);
    const nearness = async (termWeight: (term: string) => number): Promise<number> => {
      const query = await embedder.embedQuery('quasar document', termWeight);
      const dot = (vector: Float32Array): number =>
        vector.reduce((sum, value, at) => sum + value * query[at]!, 0);
      return dot(rare!) - dot(common!);
    };
    expect(await nearness((term) => (term === 'quasar' ? 9 : 1))).toBeGreaterThan(await nearness(() => 1));
  });
});
