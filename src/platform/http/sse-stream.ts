import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import { crashPoint } from '../../shared/crash-point.js';

export interface SseEvent {
  /** Absent for an event that no client may resume after. */
  id?: number;
  event: string;
  /** Written as one line of JSON. */
  data: unknown;
}

export interface SseTimings {
  heartbeatMs: number;
  /** A client that takes nothing for this long is cut off; it can resume. */
  stallLimitMs: number;
}

const defaultTimings: SseTimings = { heartbeatMs: 15_000, stallLimitMs: 60_000 };

/**
 * One open event stream, written raw: no interceptor or serializer stands between an event and the socket.
 * Errors must be thrown before `open`; after it the answer is 200 and all that is left is `close`.
 *
 * A slow client is never buffered for: await `send` before reading more from the source.
 */
export class SseStream {
  /** Resolves when the stream has ended, whoever ended it. Never rejects. */
  readonly closed: Promise<void>;

  private heartbeat?: NodeJS.Timeout;
  private ended = false;
  private stalledSince: number | null = null;

  constructor(
    private readonly reply: FastifyReply,
    private readonly timings: SseTimings = defaultTimings,
  ) {
    this.closed = new Promise((resolve) => {
      // The client may have left while the request was being judged: its `close` is in the past then.
      if (reply.raw.destroyed) {
        this.markEnded();
        resolve();
      }
      reply.raw.once('close', () => {
        this.markEnded();
        resolve();
      });
    });
    // A reset connection is an ordinary end; without a listener it would be an uncaught exception.
    reply.raw.on('error', () => this.markEnded());
  }

  get isOpen(): boolean {
    return !this.ended;
  }

  /** Sends the head with the headers that hooks have set so far, `retry:` and a first comment. */
  open(): this {
    const { raw } = this.reply;
    this.reply.hijack();
    if (this.ended) return this;
    raw.writeHead(200, {
      ...(this.reply.getHeaders() as OutgoingHttpHeaders),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    if (this.reply.request.method === 'HEAD') {
      this.close();
      return this;
    }
    raw.write('retry: 1000\n: open\n\n');
    this.heartbeat = setInterval(() => this.beat(), this.timings.heartbeatMs);
    this.heartbeat.unref();
    return this;
  }

  /** Writes the events in one piece; resolves when the client can take more, or has left. */
  async send(...events: SseEvent[]): Promise<void> {
    if (this.ended || events.length === 0) return;
    const taken = this.reply.raw.write(events.map(frame).join(''));
    crashPoint('api.mid-stream');
    if (taken) return;
    this.stalledSince ??= Date.now();
    await this.drained();
    this.stalledSince = null;
  }

  /** Ends the stream after what was sent. Harmless when it has ended. */
  close(): void {
    if (this.ended) return;
    this.markEnded();
    this.reply.raw.end();
  }

  private beat(): void {
    if (this.stalledSince === null) {
      this.reply.raw.write(': alive\n\n');
    } else if (Date.now() - this.stalledSince >= this.timings.stallLimitMs) {
      this.reply.raw.destroy();
    }
  }

  private drained(): Promise<void> {
    const { raw } = this.reply;
    return new Promise((resolve) => {
      const done = () => {
        raw.off('drain', done).off('close', done);
        resolve();
      };
      raw.on('drain', done).on('close', done);
    });
  }

  private markEnded(): void {
    this.ended = true;
    clearInterval(this.heartbeat);
  }
}

function frame({ id, event, data }: SseEvent): string {
  const head = id === undefined ? '' : `id: ${id}\n`;
  return `${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
