import { createHash } from 'node:crypto';
import { ConfigurationError } from '../../config/configuration.js';
import type { LocalModelsConfig } from '../../config/local-models.config.js';
import { Embedder } from '../embedder.port.js';
import { invalidAnswer } from '../model-error.js';
import { nameOf, type LocalModelSpec } from './local-model-spec.js';
import { ask, tryOut } from './local-model.js';
import type { LocalModelResult } from './local-model-tasks.js';
import { runInThread, type RunLocalModel } from './local-model-thread.js';

/** Texts that are computed together: more take more memory, and keep questions waiting for longer. */
const batchSize = 8;

type Prefixes = Pick<LocalModelsConfig, 'queryPrefix' | 'passagePrefix'>;

/** An embedding model in ONNX form on this machine's processor. Made by `connect`, which loads it. */
export class LocalEmbedder extends Embedder {
  readonly fusionWeight = 0.6;

  private constructor(
    readonly model: string,
    readonly dimensions: number,
    private readonly spec: LocalModelSpec,
    private readonly prefixes: Prefixes,
    private readonly run: RunLocalModel,
  ) {
    super();
  }

  /** @throws ConfigurationError when it cannot be run, or gives vectors of another length than `declared`. */
  static async connect(
    spec: LocalModelSpec,
    prefixes: Prefixes,
    declared?: number,
    run: RunLocalModel = runInThread,
  ): Promise<LocalEmbedder> {
    const { width } = await tryOut(run, { spec, texts: ['dimensions'] }, 'LOCAL_EMBEDDING_MODEL');
    if (declared !== undefined && declared !== width)
      throw new ConfigurationError([
        `EMBEDDING_DIMENSIONS is ${declared}, but LOCAL_EMBEDDING_MODEL gives vectors of ${width} numbers. Set it to ${width}, or unset it.`,
      ]);
    return new LocalEmbedder(spaceOf(spec, prefixes), width, spec, prefixes, run);
  }

  async embedPassages(texts: string[], signal?: AbortSignal): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let start = 0; start < texts.length; start += batchSize) {
      signal?.throwIfAborted();
      const batch = texts.slice(start, start + batchSize);
      vectors.push(...(await this.embed(batch, this.prefixes.passagePrefix, signal)));
    }
    return vectors;
  }

  async embedQuery(text: string): Promise<Float32Array> {
    return (await this.embed([text], this.prefixes.queryPrefix))[0]!;
  }

  private async embed(
    texts: string[],
    prefix: string | undefined,
    signal?: AbortSignal,
  ): Promise<Float32Array[]> {
    const prefixed = prefix ? texts.map((text) => `${prefix} ${text}`) : texts;
    const result = await ask(this.run, { spec: this.spec, texts: prefixed }, signal);
    return texts.map((_, index) => this.normalised(result, index));
  }

  private normalised({ width, values }: LocalModelResult, index: number): Float32Array {
    const vector = values.slice(index * width, (index + 1) * width);
    const length = Math.hypot(...vector);
    if (width !== this.dimensions || !Number.isFinite(length) || length === 0) throw invalidAnswer();
    return vector.map((value) => value / length);
  }
}

/** Names everything on which the vectors depend: those of other prefixes are not comparable either. */
function spaceOf(spec: LocalModelSpec, { queryPrefix = '', passagePrefix = '' }: Prefixes): string {
  const name = `onnx:${nameOf(spec)}:${spec.precision}:${spec.pooling}`;
  if (!queryPrefix && !passagePrefix) return name;
  const digest = createHash('sha256')
    .update(JSON.stringify([queryPrefix, passagePrefix]))
    .digest('hex');
  return `${name}:${digest.slice(0, 8)}`;
}
