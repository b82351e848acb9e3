import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LocalModelsConfig } from '../../src/platform/config/local-models.config.js';
import { LocalEmbedder } from '../../src/platform/models/local/local-embedder.js';
import { specOf } from '../../src/platform/models/local/local-model-spec.js';
import { openThread, type RunLocalModel } from '../../src/platform/models/local/local-model-thread.js';
import { LocalReranker } from '../../src/platform/models/local/local-reranker.js';
import { libraryPackage } from '../../src/platform/models/local/transformers-library.js';
import { writeEmbeddingModel, writeRerankingModel } from '../builders/onnx-fixture.js';
import { embedderContract } from './embedder.contract.js';
import { rerankerContract } from './reranker.contract.js';

/** Where the library is, if it is: too large to be one of our dependencies. */
const libraryFolder = process.env.LOCAL_MODEL_FOLDER || undefined;

const thread = openThread(pathToFileURL('dist/platform/models/local/local-model-worker.js'));
const run: RunLocalModel = (task, signal) => thread.run(task, signal);
const folder = await mkdtemp(join(tmpdir(), 'models-'));
afterAll(async () => {
  await thread.close();
  await rm(folder, { recursive: true, force: true });
});

const letters = ' abcdefghijklmnopqrstuvwxyz0123456789.?,서울은대한민국의수도이다어디인가는';
const spec = (kind: 'embedding' | 'reranking', model: string, settings: Partial<LocalModelsConfig> = {}) =>
  specOf(
    kind,
    join(folder, model),
    Object.assign(new LocalModelsConfig(), { folder: libraryFolder }, settings),
    folder,
  );

if (!libraryFolder) {
  console.warn(
    `Local models are not run: npm install --prefix FOLDER --ignore-scripts ${libraryPackage}, then LOCAL_MODEL_FOLDER=FOLDER.`,
  );
  describe('local models without the library', () => {
    it('refuse to start with a sentence that names the setting, the package and the command', async () => {
      await expect(LocalEmbedder.connect(spec('embedding', 'any'), {}, undefined, run)).rejects.toThrow(
        /^LOCAL_EMBEDDING_MODEL is .*any, but the package that runs it is not installed: npm install .*@huggingface\/transformers@/,
      );
      await expect(LocalReranker.connect(spec('reranking', 'any'), 1_000, run)).rejects.toThrow(
        /^LOCAL_RERANK_MODEL is .*any, but the package that runs it is not installed/,
      );
    });
  });
} else {
  await writeEmbeddingModel(join(folder, 'letters'), letters, 16);
  await writeRerankingModel(join(folder, 'weights'), { annual: 2, leave: 1, granite: -3 });
  const embedder = await LocalEmbedder.connect(spec('embedding', 'letters'), {}, 16, run);

  describe('LocalEmbedder with the library', () => {
    embedderContract(() => embedder);

    it('is named by all that its vectors depend on', async () => {
      expect([embedder.model, embedder.dimensions]).toEqual(['onnx:letters:q8:mean', 16]);
      const cls = spec('embedding', 'letters', { pooling: 'cls', precision: 'fp32' });
      const other = await LocalEmbedder.connect(cls, { queryPrefix: 'query:' }, undefined, run);
      expect(other.model).toMatch(/^onnx:letters:fp32:cls:[0-9a-f]{8}$/);
      // [CLS] alone, whatever follows it
      const [one, two] = await other.embedPassages(['one', 'another']);
      expect(one).toEqual(two);
    });

    it('puts a prefix before questions and another before passages', async () => {
      const prefixes = { queryPrefix: 'query:', passagePrefix: 'passage:' };
      const prefixed = await LocalEmbedder.connect(spec('embedding', 'letters'), prefixes, undefined, run);
      const [question, passage] = await embedder.embedPassages(['query: text', 'passage: text']);
      expect([...(await prefixed.embedQuery('text'))]).toEqual([...question!]);
      expect([...(await prefixed.embedPassages(['text']))[0]!]).toEqual([...passage!]);
    });

    it.each([
      [
        'a length that is not declared',
        'letters',
        32,
        /^EMBEDDING_DIMENSIONS is 32, but .* vectors of 16 numbers/,
      ],
      ['a folder that is not there', 'elsewhere', undefined, /^LOCAL_EMBEDDING_MODEL is .*elsewhere, but /],
      ['another kind of model', 'weights', undefined, /no output last_hidden_state/],
    ])('refuses %s', async (_, model, declared, sentence) => {
      await expect(LocalEmbedder.connect(spec('embedding', model), {}, declared, run)).rejects.toThrow(
        sentence,
      );
    });
  });

  describe('LocalReranker with the library', () => {
    const connect = (timeoutMs = 30_000) =>
      LocalReranker.connect(spec('reranking', 'weights'), timeoutMs, run);
    rerankerContract(() => connect());

    it('scores from 0 to 1, and reads no more of a pair than the model does', async () => {
      const reranker = await connect();
      const [best, worst, long] = await reranker.rerank('leave', [
        'annual leave',
        'granite',
        `${'word '.repeat(500)} granite`,
      ]);
      expect(best).toBeCloseTo(1 / (1 + Math.exp(-4)));
      expect(worst).toBeCloseTo(1 / (1 + Math.exp(2)));
      expect(long).toBeCloseTo(1 / (1 + Math.exp(-1)));
    });

    it('gives up when its time is over', async () => {
      const reranker = await connect(1);
      const passages = Array.from({ length: 5_000 }, () => 'annual leave '.repeat(50));
      await expect(reranker.rerank('q', passages)).rejects.toMatchObject({ code: 'model.unavailable' });
    });
  });
}
