import { ChatOpenAICompletions } from '@langchain/openai';
import type { ModelsConfig } from '../config/models.config.js';
import { ChatModel, type ChatChunk, type ChatRequest } from './chat-model.port.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { fetchShortLines } from './fetch-short-lines.js';
import { invalidAnswer, modelUnavailable, refused, toModelError } from './model-error.js';
import { withDeadlines } from './with-deadline.js';

/** What of OpenAI's wire format is read; a server may leave out any of it. */
interface RawChunk {
  choices?:
    { delta?: { content?: unknown; refusal?: unknown } | null; finish_reason?: string | null }[] | null;
  usage?: { prompt_tokens?: number; completion_tokens?: number } | null;
}

/** Any server that speaks OpenAI's chat completions, streamed. */
export class OpenAiChatModel extends ChatModel {
  readonly generative = true;
  private readonly breaker: CircuitBreaker;

  constructor(
    readonly name: string,
    private readonly config: ModelsConfig,
    now: () => number = Date.now,
  ) {
    super();
    this.breaker = new CircuitBreaker('language model server', now);
  }

  async *stream(request: ChatRequest): AsyncGenerator<ChatChunk> {
    request.signal.throwIfAborted();
    this.breaker.assertClosed();
    try {
      for await (const chunk of this.streamOnce(request)) {
        // Before the caller has the chunk: it may leave its loop, which throws nothing in here.
        this.breaker.responded();
        yield chunk;
      }
      this.breaker.succeeded();
    } catch (error) {
      if (request.signal.aborted) {
        this.breaker.abandoned();
        throw request.signal.reason;
      }
      const known = toModelError(error);
      if (known.retryable) this.breaker.failed();
      else this.breaker.abandoned();
      throw known;
    }
  }

  /** The chunks as they are parsed: LangChain's message objects would cost as much again as all the rest for a token. */
  private async *streamOnce({ messages, maxOutputTokens, signal }: ChatRequest): AsyncGenerator<ChatChunk> {
    const controller = new AbortController();
    const client = this.clientFor(maxOutputTokens);
    const params = { ...client.invocationParams({}, { streaming: true }), messages, stream: true as const };
    const chunks = withDeadlines(
      () => client.completionWithRetry(params, { signal: controller.signal }),
      controller,
      { firstMs: this.config.firstTokenTimeoutMs, idleMs: this.config.idleTimeoutMs },
      signal,
    );
    let finish: string | undefined;
    let spoke = false;
    for await (const { choices, usage } of chunks as AsyncIterable<RawChunk>) {
      const [choice] = choices ?? [];
      if (choice?.delta?.refusal) throw refused();
      finish = choice?.finish_reason ?? finish;
      if (usage)
        yield {
          type: 'usage',
          usage: { inputTokens: usage.prompt_tokens ?? null, outputTokens: usage.completion_tokens ?? null },
        };
      const text = choice?.delta?.content;
      if (typeof text !== 'string' || text === '') continue;
      spoke = true;
      yield { type: 'text', text };
    }
    if (finish === 'content_filter') throw refused();
    if (!finish && spoke) throw modelUnavailable('The language model broke off in the middle of its answer.');
    if (!spoke) throw invalidAnswer();
  }

  /** One for each request: the limit of tokens is a field of the client. Its construction costs nothing. */
  private clientFor(maxTokens: number | undefined): ChatOpenAICompletions {
    return new ChatOpenAICompletions({
      model: this.name,
      apiKey: this.config.apiKey ?? 'none',
      // The SDK would log what it cannot parse, which is the model's answer.
      configuration: {
        baseURL: this.config.baseUrl,
        maxRetries: 0,
        logLevel: 'off',
        fetch: fetchShortLines,
      },
      maxRetries: 0,
      maxTokens,
      streamUsage: true,
      timeout: this.config.firstTokenTimeoutMs,
    });
  }
}
