import { LocalModelsConfig } from '../../config/local-models.config.js';
import { ModelsConfig } from '../../config/models.config.js';
import { RerankConfig } from '../../config/rerank.config.js';
import type { Section } from '../../config/section.js';
import { LocalEmbedder } from './local-embedder.js';
import { specOf } from './local-model-spec.js';
import { LocalModelTasks, type LocalModelTask } from './local-model-tasks.js';
import type { RunLocalModel } from './local-model-thread.js';
import { LocalReranker } from './local-reranker.js';
import { loadTransformers, type LocalTensor, type TransformersLibrary } from './transformers-library.js';

/* With a stand-in for the library; with the real one: test/contracts/local-models.spec.ts. */

const tensor = (dims: number[], data: number[]): LocalTensor => ({
  dims,
  data,
  to: () => tensor(dims, data),
});

/** A token for each word: its length, and 1 behind it. Padded with zeros; the network's outputs are a test's to give. */
class WordLengths {
  readonly seen: { texts: string[]; options: object }[] = [];
  readonly loaded: { model: string; options: object }[] = [];
  maxLength = 64;
  outputs: (ids: number[][]) => Record<string, LocalTensor> = (ids) => ({
    last_hidden_state: tensor(
      [ids.length, ids[0]!.length, 2],
      ids.flat().flatMap((id) => [id, 1]),
    ),
  });

  readonly library = (): TransformersLibrary => {
    const network = {
      from_pretrained: async (model: string, options: object) => {
        this.loaded.push({ model, options });
        return async (inputs: Record<string, LocalTensor>) => {
          const { data, dims } = inputs.input_ids!;
          const width = dims[1]!;
          const rows = Array.from({ length: dims[0]! }, (_, row) =>
            Array.from({ length: width }, (_none, column) => Number(data[row * width + column])),
          );
          return this.outputs(rows);
        };
      },
    };
    const tokenize = (texts: string[], options: object) => {
      this.seen.push({ texts, options });
      const rows = texts.map((text) => text.split(' ').map(({ length }) => length));
      const width = Math.max(...rows.map(({ length }) => length));
      const padded = rows.flatMap((row) => [...row, ...Array<number>(width - row.length).fill(0)]);
      const dims = [texts.length, width];
      return {
        input_ids: tensor(dims, padded),
        attention_mask: tensor(
          dims,
          padded.map((id) => (id ? 1 : 0)),
        ),
      };
    };
    return {
      env: { cacheDir: null, logLevel: 0 },
      AutoTokenizer: {
        from_pretrained: async () => Object.assign(tokenize, { model_max_length: this.maxLength }),
      },
      AutoModel: network,
      AutoModelForSequenceClassification: network,
    } as TransformersLibrary;
  };

  readonly run: RunLocalModel = (
    (tasks: LocalModelTasks) => (task: LocalModelTask) =>
      tasks.run(task)
  )(new LocalModelTasks(this.library));
}

const spec = (kind: 'embedding' | 'reranking', settings: Partial<LocalModelsConfig> = {}) =>
  specOf(kind, '/models/e5', Object.assign(new LocalModelsConfig(), settings), '/data');

describe('specOf', () => {
  const of = (model: string) => specOf('embedding', model, new LocalModelsConfig(), '/data');

  it('tells a folder from a name at the hub, and keeps what it fetches in the data folder', () => {
    expect(of('/models/e5')).toMatchObject({
      model: '/models/e5',
      isFolder: true,
      folder: '/data/local-models',
    });
    expect(of('./e5')).toMatchObject({ model: `${process.cwd()}/e5`, isFolder: true });
    expect(of('Xenova/multilingual-e5-small')).toMatchObject({
      model: 'Xenova/multilingual-e5-small',
      isFolder: false,
    });
  });
});

describe('LocalEmbedder', () => {
  it('loads once, from the disk alone where it is a folder', async () => {
    const words = new WordLengths();
    const embedder = await LocalEmbedder.connect(spec('embedding'), {}, undefined, words.run);
    await embedder.embedPassages(['a', 'b']);
    expect(words.loaded).toEqual([
      {
        model: '/models/e5',
        options: { cache_dir: '/data/local-models/models', local_files_only: true, dtype: 'q8' },
      },
    ]);
  });

  it('averages the tokens that are no padding, and makes the vector one of length 1', async () => {
    const { run } = new WordLengths();
    const embedder = await LocalEmbedder.connect(spec('embedding'), {}, 2, run);
    const [long, short] = await embedder.embedPassages(['ab abcd abc', 'abc']);
    const unit = [3 / Math.sqrt(10), 1 / Math.sqrt(10)].map((value) => expect.closeTo(value) as number);
    expect([...long!]).toEqual(unit);
    expect([...short!]).toEqual(unit);
  });

  it('takes the first token alone where it is told so', async () => {
    const { run } = new WordLengths();
    const embedder = await LocalEmbedder.connect(spec('embedding', { pooling: 'cls' }), {}, 2, run);
    const [vector] = await embedder.embedPassages(['a abcdef abcdef']);
    expect([...vector!]).toEqual(
      [Math.SQRT1_2, Math.SQRT1_2].map((value) => expect.closeTo(value) as number),
    );
  });

  it('gives the model its prefixes, no longer a text than it can read, and no more than a few at a time', async () => {
    const words = new WordLengths();
    words.maxLength = 2;
    const prefixes = { queryPrefix: 'query:', passagePrefix: 'passage:' };
    const embedder = await LocalEmbedder.connect(spec('embedding'), prefixes, undefined, words.run);
    words.seen.length = 0;
    await embedder.embedQuery('x'.repeat(100));
    await embedder.embedPassages(Array<string>(10).fill('text'));
    expect(words.seen.map(({ texts }) => texts.length)).toEqual([1, 8, 2]);
    expect(words.seen[0]).toEqual({
      texts: [`query: ${'x'.repeat(25)}`],
      options: { padding: true, truncation: true, max_length: 2 },
    });
    expect(words.seen[1]!.texts[0]).toBe('passage: text');
  });

  it('names its space by everything that its vectors depend on', async () => {
    const { run } = new WordLengths();
    const nameWith = async (settings: Partial<LocalModelsConfig>, prefixes = {}): Promise<string> =>
      (await LocalEmbedder.connect(spec('embedding', settings), prefixes, undefined, run)).model;
    const names = [
      await nameWith({}),
      await nameWith({ pooling: 'cls' }),
      await nameWith({ precision: 'fp32' }),
      await nameWith({}, { queryPrefix: 'query:' }),
      await nameWith({}, { passagePrefix: 'query:' }),
    ];
    expect(names[0]).toBe('onnx:e5:q8:mean');
    expect(new Set(names).size).toBe(names.length);
  });

  it('refuses a model that gives vectors of another length than is declared', async () => {
    await expect(LocalEmbedder.connect(spec('embedding'), {}, 384, new WordLengths().run)).rejects.toThrow(
      'EMBEDDING_DIMENSIONS is 384, but LOCAL_EMBEDDING_MODEL gives vectors of 2 numbers',
    );
  });

  it('does not pass on what is no vector', async () => {
    const words = new WordLengths();
    const embedder = await LocalEmbedder.connect(spec('embedding'), {}, 2, words.run);
    words.outputs = () => ({ last_hidden_state: tensor([1, 1, 2], [Number.NaN, 1]) });
    await expect(embedder.embedQuery('a')).rejects.toMatchObject({ code: 'model.invalid-answer' });
    words.outputs = () => {
      throw new Error('out of memory');
    };
    await expect(embedder.embedQuery('a')).rejects.toMatchObject({ code: 'model.unavailable' });
  });
});

describe('LocalReranker', () => {
  const logits = (words: WordLengths, classes: number, values: number[]) =>
    (words.outputs = (ids) => ({
      logits: tensor(
        [ids.length, classes],
        ids.flatMap(() => values),
      ),
    }));

  it.each([
    [1, [2], 2],
    [2, [1, 4], 3],
  ])('takes the logits of %i classes for the odds of being relevant', async (classes, values, odds) => {
    const words = new WordLengths();
    logits(words, classes, values);
    const reranker = await LocalReranker.connect(spec('reranking'), 10_000, words.run);
    words.seen.length = 0;
    expect(await reranker.rerank('question', ['one', 'two'])).toEqual(
      [odds, odds].map((value) => expect.closeTo(1 / (1 + Math.exp(-value))) as number),
    );
    expect(words.seen).toMatchObject([
      { texts: ['question', 'question'], options: { text_pair: ['one', 'two'] } },
    ]);
  });

  it('refuses a model of another kind', async () => {
    const words = new WordLengths();
    await expect(LocalReranker.connect(spec('reranking'), 1_000, words.run)).rejects.toThrow(
      'LOCAL_RERANK_MODEL is /models/e5, but it has no output logits',
    );
    logits(words, 3, [1, 2, 3]);
    await expect(LocalReranker.connect(spec('reranking'), 1_000, words.run)).rejects.toThrow('3 classes');
  });
});

describe('the library', () => {
  it('is asked for by name, with the command, where it is not installed', () => {
    const sentence =
      /^the package that runs it is not installed: npm install --prefix .* --ignore-scripts @huggingface\/transformers@/;
    expect(() => loadTransformers('/nowhere')).toThrow(sentence);
    // Within our own folder there is an empty package of that name.
    expect(() => loadTransformers(`${process.cwd()}/data`)).toThrow(sentence);
  });
});

describe('LocalModelsConfig', () => {
  it('refuses two models for one task', () => {
    const settings = new Map<unknown, object>([
      [ModelsConfig, Object.assign(new ModelsConfig(), { embeddingModel: 'e' })],
      [RerankConfig, Object.assign(new RerankConfig(), { model: 'r' })],
    ]);
    const read = <T extends object>(section: Section<T>): T => settings.get(section) as T;
    const local = { embeddingModel: '/e', rerankModel: '/r' };
    expect(Object.assign(new LocalModelsConfig(), local).requirements(read)).toEqual([
      expect.stringMatching(/^LOCAL_EMBEDDING_MODEL and EMBEDDING_MODEL are both set/),
      expect.stringMatching(/^LOCAL_RERANK_MODEL and RERANK_MODEL are both set/),
    ]);
    expect(new LocalModelsConfig().requirements(read)).toEqual([]);
  });
});
