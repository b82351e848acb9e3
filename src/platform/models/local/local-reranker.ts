import { modelUnavailable } from '../model-error.js';
import { Reranker } from '../reranker.port.js';
import { nameOf, type LocalModelSpec } from './local-model-spec.js';
import { ask, tryOut } from './local-model.js';
import { runInThread, type RunLocalModel } from './local-model-thread.js';

/** Pairs that are computed together. Between two batches a search that has waited too long is given up. */
const batchSize = 8;

/** A cross-encoder in ONNX form on this machine's processor. Scores from 0 to 1. Made by `connect`, which loads it. */
export class LocalReranker extends Reranker {
  private constructor(
    readonly model: string,
    private readonly spec: LocalModelSpec,
    private readonly timeoutMs: number,
    private readonly run: RunLocalModel,
  ) {
    super();
  }

  /** @throws ConfigurationError when it cannot be run. */
  static async connect(
    spec: LocalModelSpec,
    timeoutMs: number,
    run: RunLocalModel = runInThread,
  ): Promise<LocalReranker> {
    await tryOut(run, { spec, texts: ['a passage'], question: 'a question' }, 'LOCAL_RERANK_MODEL');
    return new LocalReranker(`onnx:${nameOf(spec)}:${spec.precision}`, spec, timeoutMs, run);
  }

  async rerank(query: string, passages: string[]): Promise<number[]> {
    const signal = AbortSignal.timeout(this.timeoutMs);
    const scores: number[] = [];
    try {
      for (let start = 0; start < passages.length; start += batchSize) {
        const texts = passages.slice(start, start + batchSize);
        const task = { spec: this.spec, texts, question: query };
        scores.push(...(await ask(this.run, task, signal)).values);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      throw modelUnavailable('The local model took too long.', { cause: error });
    }
    return scores;
  }
}
