import { join } from 'node:path';
import type { LocalModelSpec } from './local-model-spec.js';
import { meanOfTokens, firstTokens } from './pooling.js';
import {
  loadTransformers,
  type LocalNetwork,
  type LocalTensor,
  type LocalTokenizer,
  type TransformersLibrary,
} from './transformers-library.js';

export interface LocalModelTask {
  spec: LocalModelSpec;
  texts: string[];
  /** Read together with each text; reranking only. */
  question?: string;
}

/** One block: `width` numbers for each text in turn. */
export interface LocalModelResult {
  width: number;
  values: Float32Array;
}

/** Where neither the model nor its tokenizer says how much it reads, in tokens. */
const usualMaxTokens = 512;

/** More than any text has; some tokenizers take the square of its length for what they throw away after. */
const charsPerToken = 16;

interface LoadedModel {
  tokenizer: LocalTokenizer;
  network: LocalNetwork;
  maxTokens: number;
}

/** Runs models in the thread that it is called in, each loaded at its first use and kept. */
export class LocalModelTasks {
  private readonly loaded = new Map<string, Promise<LoadedModel>>();

  constructor(private readonly library: (folder: string) => TransformersLibrary = loadTransformers) {}

  async run({ spec, texts, question }: LocalModelTask): Promise<LocalModelResult> {
    const { tokenizer, network, maxTokens } = await this.load(spec);
    const options = { padding: true, truncation: true, max_length: maxTokens };
    const cut = (text: string): string => text.slice(0, maxTokens * charsPerToken);
    const inputs =
      question === undefined
        ? tokenizer(texts.map(cut), options)
        : tokenizer(
            texts.map(() => cut(question)),
            { ...options, text_pair: texts.map(cut) },
          );
    const outputs = await network(inputs);
    return spec.kind === 'reranking'
      ? scoresOf(required(outputs.logits, 'logits'), texts.length)
      : vectorsOf(
          required(outputs.last_hidden_state, 'last_hidden_state'),
          inputs.attention_mask!,
          spec.pooling,
        );
  }

  private load(spec: LocalModelSpec): Promise<LoadedModel> {
    const key = JSON.stringify(spec);
    let loading = this.loaded.get(key);
    if (!loading) {
      loading = this.read(spec);
      this.loaded.set(key, loading);
      // The next one may find what was missing.
      loading.catch(() => this.loaded.delete(key));
    }
    return loading;
  }

  private async read(spec: LocalModelSpec): Promise<LoadedModel> {
    const library = this.library(spec.folder);
    const options = { cache_dir: join(spec.folder, 'models'), local_files_only: spec.isFolder };
    const tokenizer = await library.AutoTokenizer.from_pretrained(spec.model, options);
    const kind = spec.kind === 'reranking' ? library.AutoModelForSequenceClassification : library.AutoModel;
    const network = await kind.from_pretrained(spec.model, { ...options, dtype: spec.precision });
    const { model_max_length: told } = tokenizer;
    return { tokenizer, network, maxTokens: told > 0 && told < 100_000 ? told : usualMaxTokens };
  }
}

const required = (tensor: LocalTensor | undefined, name: string): LocalTensor => {
  if (!tensor) throw new Error(`it has no output ${name}: it is another kind of model`);
  return tensor.to('float32');
};

function vectorsOf(hidden: LocalTensor, mask: LocalTensor, pooling: 'mean' | 'cls'): LocalModelResult {
  const values = pooling === 'mean' ? meanOfTokens(hidden, mask) : firstTokens(hidden);
  return { width: hidden.dims[2]!, values };
}

/** One logit for each pair; of models that tell two classes, the second is "relevant". */
function scoresOf(logits: LocalTensor, count: number): LocalModelResult {
  const classes = logits.dims[1] ?? 1;
  if (classes > 2) throw new Error(`it tells ${classes} classes apart: it is no reranking model`);
  const { data } = logits;
  const score = (index: number): number =>
    classes === 1 ? Number(data[index]) : Number(data[2 * index + 1]) - Number(data[2 * index]);
  return {
    width: 1,
    values: Float32Array.from({ length: count }, (_, index) => 1 / (1 + Math.exp(-score(index)))),
  };
}
