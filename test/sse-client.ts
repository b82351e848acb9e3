import { request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

export interface ReadEvent {
  id?: string;
  event: string;
  data: Record<string, unknown>;
}

export interface SseRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: object;
}

/** Reads an event stream as an independent parser sees it. */
export class SseClient {
  readonly events: ReadEvent[] = [];
  readonly comments: string[] = [];
  readonly retries: number[] = [];
  raw = '';
  ended = false;
  private readonly waiting = new Set<() => void>();

  private constructor(private readonly response: IncomingMessage) {
    const parser = createParser({
      onEvent: (message) => this.events.push(readEvent(message)),
      onComment: (comment) => this.comments.push(comment),
      onRetry: (ms) => this.retries.push(ms),
    });
    response.setEncoding('utf8');
    response.on('data', (piece: string) => {
      this.raw += piece;
      parser.feed(piece);
      this.notify();
    });
    response.on('close', () => {
      this.ended = true;
      this.notify();
    });
    response.on('error', () => undefined);
  }

  static async open(
    port: number,
    path: string,
    { method, headers, body }: SseRequest = {},
  ): Promise<SseClient> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request({
        port,
        host: '127.0.0.1',
        path,
        method: method ?? 'GET',
        agent: false,
        headers: {
          accept: 'text/event-stream',
          ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      });
      outgoing.on('response', resolve).on('error', reject).end(payload);
    });
    return new SseClient(response);
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  get headers(): IncomingHttpHeaders {
    return this.response.headers;
  }

  get names(): string[] {
    return this.events.map(({ event }) => event);
  }

  get ids(): (number | null)[] {
    return this.events.map(({ id }) => (id === undefined ? null : Number(id)));
  }

  /** What a client shows: the deltas after the last restart. */
  get text(): string {
    const restart = this.names.lastIndexOf('message.restarted');
    return this.events
      .slice(restart + 1)
      .filter(({ event }) => event === 'message.delta')
      .map(({ data }) => String(data.text))
      .join('');
  }

  async until(condition: () => boolean, timeoutMs = 15_000): Promise<this> {
    const deadline = Date.now() + timeoutMs;
    while (!condition()) {
      const leftMs = deadline - Date.now();
      if (leftMs <= 0 || (this.ended && !condition()))
        throw new Error(`In vain for ${condition.toString()}; the stream has: ${this.raw}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return this;
  }

  /** Reads until the server closes. */
  toEnd(): Promise<this> {
    return this.until(() => this.ended);
  }

  leave(): void {
    this.response.destroy();
  }

  private notify(): void {
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }
}

const readEvent = ({ id, event, data }: EventSourceMessage): ReadEvent => ({
  ...(id === undefined ? {} : { id }),
  event: event ?? 'message',
  data: JSON.parse(data) as Record<string, unknown>,
});
