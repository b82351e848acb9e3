import type { RerankConfig } from '../config/rerank.config.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { invalidAnswer, modelUnavailable, toModelError } from './model-error.js';
import { Reranker } from './reranker.port.js';

/** A position and a score take some 60 bytes, but servers may send the passages back. */
const maxAnswerBytes = 16 * 1024 * 1024;

/** `POST <base>/rerank` as Cohere defined it, and Jina, vLLM and others have it. */
export class HttpReranker extends Reranker {
  private readonly url: string;
  private readonly breaker = new CircuitBreaker('reranking server');

  constructor(
    readonly model: string,
    baseUrl: string,
    private readonly config: Pick<RerankConfig, 'apiKey' | 'timeoutMs'>,
  ) {
    super();
    this.url = `${baseUrl.replace(/\/+$/, '')}/rerank`;
  }

  async rerank(query: string, passages: string[]): Promise<number[]> {
    if (passages.length === 0) return [];
    this.breaker.assertClosed();
    try {
      const scores = scoresOf(await this.ask(query, passages), passages.length);
      this.breaker.succeeded();
      return scores;
    } catch (error) {
      const known = toModelError(error);
      if (known.retryable) this.breaker.failed();
      else this.breaker.abandoned();
      throw known;
    }
  }

  private async ask(query: string, passages: string[]): Promise<unknown> {
    const { apiKey, timeoutMs } = this.config;
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(apiKey && { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({ model: this.model, query, documents: passages, top_n: passages.length }),
      // Passages go where the settings say, and nowhere else.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.ok) return JSON.parse(await textOf(response));
    await response.body?.cancel();
    throw Object.assign(new Error(`The reranking server answered ${response.status}.`), {
      status: response.status,
      headers: response.headers,
    });
  }
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > maxAnswerBytes)
      throw modelUnavailable('The reranking server sends more than an answer.', { retryable: false });
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Each passage once, wherever it stands in the list: its order is the server's. */
function scoresOf(answer: unknown, count: number): number[] {
  const results = (answer as { results?: unknown } | null)?.results;
  if (!Array.isArray(results) || results.length !== count) throw invalidAnswer();
  const scores = new Map<unknown, number>();
  for (const result of results) {
    const { index, relevance_score: score } = (result ?? {}) as Record<string, unknown>;
    if (typeof score !== 'number' || !Number.isFinite(score)) throw invalidAnswer();
    scores.set(index, score);
  }
  return Array.from({ length: count }, (_, index) => {
    const score = scores.get(index);
    if (score === undefined) throw invalidAnswer();
    return score;
  });
}
