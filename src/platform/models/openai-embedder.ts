import { OpenAIEmbeddings } from '@langchain/openai';
import type { ModelsConfig } from '../config/models.config.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { Embedder } from './embedder.port.js';
import { invalidAnswer, toModelError } from './model-error.js';

/** Servers refuse longer inputs, and no chunk of ours is; a query may be. UTF-16 units. */
const longestInput = 24_000;

const isVector = (value: unknown, dimensions: number): value is number[] =>
  Array.isArray(value) && value.length === dimensions && value.every(Number.isFinite);

interface RequestLimits {
  timeoutMs: number;
  signal?: AbortSignal;
}

/** Any server that speaks OpenAI's embeddings. Made by `connect`, which asks how long its vectors are. */
export class OpenAiEmbedder extends Embedder {
  readonly fusionWeight = 0.6;
  private readonly breaker = new CircuitBreaker('embedding server');

  private constructor(
    readonly model: string,
    private readonly config: ModelsConfig,
    readonly dimensions: number,
  ) {
    super();
  }

  /** @throws AppError `model.unavailable` / `model.misconfigured` when the length has to be asked and cannot be. */
  static async connect(model: string, config: ModelsConfig): Promise<OpenAiEmbedder> {
    if (config.embeddingDimensions) return new OpenAiEmbedder(model, config, config.embeddingDimensions);
    try {
      const limits = { timeoutMs: config.firstTokenTimeoutMs };
      const [vector] = await clientOf(model, config, limits).embedDocuments(['dimensions']);
      if (!vector?.length) throw invalidAnswer();
      return new OpenAiEmbedder(model, config, vector.length);
    } catch (error) {
      throw toModelError(error);
    }
  }

  async embedPassages(texts: string[], signal?: AbortSignal): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let start = 0; start < texts.length; start += this.config.embeddingBatchSize) {
      signal?.throwIfAborted();
      const batch = texts.slice(start, start + this.config.embeddingBatchSize);
      vectors.push(...(await this.embed(batch, { timeoutMs: this.config.firstTokenTimeoutMs, signal })));
    }
    return vectors;
  }

  async embedQuery(text: string): Promise<Float32Array> {
    return (await this.embed([text], { timeoutMs: this.config.queryTimeoutMs }))[0]!;
  }

  private async embed(texts: string[], limits: RequestLimits): Promise<Float32Array[]> {
    this.breaker.assertClosed();
    try {
      // an empty input is an error to most servers
      const inputs = texts.map((text) => text.slice(0, longestInput) || ' ');
      const vectors = await clientOf(this.model, this.config, limits).embedDocuments(inputs);
      if (vectors.length !== texts.length) throw invalidAnswer();
      const normalised = vectors.map((vector) => this.normalise(vector));
      this.breaker.succeeded();
      return normalised;
    } catch (error) {
      if (limits.signal?.aborted) {
        this.breaker.abandoned();
        throw limits.signal.reason;
      }
      const known = toModelError(error);
      if (known.retryable) this.breaker.failed();
      else this.breaker.abandoned();
      throw known;
    }
  }

  private normalise(vector: unknown): Float32Array {
    if (!isVector(vector, this.dimensions)) throw invalidAnswer();
    const length = Math.hypot(...vector);
    if (length === 0) throw invalidAnswer();
    return Float32Array.from(vector, (value) => value / length);
  }
}

/** One for each request: its limits are fields of the client. Its construction costs nothing. */
const clientOf = (
  model: string,
  config: ModelsConfig,
  { timeoutMs, signal }: RequestLimits,
): OpenAIEmbeddings =>
  new OpenAIEmbeddings({
    model,
    apiKey: config.apiKey ?? 'none',
    configuration: { baseURL: config.baseUrl, logLevel: 'off', fetch: fetchUntil(signal) },
    dimensions: config.embeddingDimensions,
    batchSize: config.embeddingBatchSize,
    encodingFormat: 'float',
    stripNewLines: false,
    maxRetries: 0,
    timeout: timeoutMs,
  });

/** Closes the connection when `signal` aborts, for which LangChain's embeddings have no parameter. */
const fetchUntil = (signal?: AbortSignal): typeof fetch =>
  signal
    ? (input, init) =>
        fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal })
    : fetch;
