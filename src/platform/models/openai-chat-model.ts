import { AIMessage, HumanMessage, SystemMessage, type AIMessageChunk } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import type { ModelsConfig } from '../config/models.config.js';
import {
  ChatModel,
  type ChatChunk,
  type ChatRequest,
  type ChatUsage,
  type ModelMessage,
} from './chat-model.port.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { invalidAnswer, modelUnavailable, refused, toModelError } from './model-error.js';
import { withDeadlines } from './with-deadline.js';

/** What @langchain/openai leaves in a chunk of OpenAI's wire format. */
interface RawChunk {
  choices?: { delta?: { refusal?: string | null } }[];
}

const messageOf = ({ role, content }: ModelMessage): SystemMessage | HumanMessage | AIMessage => {
  switch (role) {
    case 'system':
      return new SystemMessage(content);
    case 'user':
      return new HumanMessage(content);
    case 'assistant':
      return new AIMessage(content);
  }
};

const refusalIn = ({ additional_kwargs: extra }: AIMessageChunk): boolean =>
  ((extra['__raw_response'] as RawChunk | undefined)?.choices ?? []).some(({ delta }) => delta?.refusal);

const usageIn = ({ usage_metadata: usage }: AIMessageChunk): ChatUsage | null =>
  usage ? { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens } : null;

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

  private async *streamOnce(request: ChatRequest): AsyncGenerator<ChatChunk> {
    const controller = new AbortController();
    const client = this.clientFor(request.maxOutputTokens);
    const chunks = withDeadlines(
      () => client.stream(request.messages.map(messageOf), { signal: controller.signal }),
      controller,
      { firstMs: this.config.firstTokenTimeoutMs, idleMs: this.config.idleTimeoutMs },
      request.signal,
    );
    let finish: string | undefined;
    let spoke = false;
    for await (const chunk of chunks) {
      if (refusalIn(chunk)) throw refused();
      finish = (chunk.response_metadata['finish_reason'] as string | undefined) ?? finish;
      const usage = usageIn(chunk);
      if (usage) yield { type: 'usage', usage };
      if (chunk.text === '') continue;
      spoke = true;
      yield { type: 'text', text: chunk.text };
    }
    if (finish === 'content_filter') throw refused();
    if (!finish && spoke) throw modelUnavailable('The language model broke off in the middle of its answer.');
    if (!spoke) throw invalidAnswer();
  }

  /** One for each request: the limit of tokens is a field of the client. Its construction costs nothing. */
  private clientFor(maxTokens: number | undefined): ChatOpenAI {
    return new ChatOpenAI({
      model: this.name,
      apiKey: this.config.apiKey ?? 'none',
      // The SDK would log what it cannot parse, which is the model's answer.
      configuration: { baseURL: this.config.baseUrl, maxRetries: 0, logLevel: 'off' },
      maxRetries: 0,
      maxTokens,
      streamUsage: true,
      timeout: this.config.firstTokenTimeoutMs,
      useResponsesApi: false,
      __includeRawResponse: true,
    });
  }
}
