import { Duplex } from 'node:stream';
import type { PgliteSession, SessionClient } from './pglite-session.js';
import {
  commandComplete,
  fatalError,
  readyForQuery,
  sqlOf,
  startUpAnswer,
  takeFrames,
  type Frame,
} from './wire.js';

const subscription = /^\s*(LISTEN|UNLISTEN)\s+(?:"([^"]+)"|(\w+))\s*;?\s*$/i;

/**
 * Stands in for the TCP socket of a `pg.Client` (its `stream` option): speaks the server's side of the protocol
 * for start-up, and passes everything else to the shared session. Results, types and errors are therefore those
 * of a PostgreSQL server, byte for byte.
 */
export class PgliteSocket extends Duplex implements SessionClient {
  private started = false;
  private incoming: Buffer = Buffer.alloc(0);
  private request: Frame[] = [];

  constructor(private readonly session: PgliteSession) {
    super();
  }

  connect(): this {
    queueMicrotask(() => this.emit('connect'));
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  receive(bytes: Buffer): void {
    if (!this.destroyed) this.push(bytes);
  }

  fail(error: Error): void {
    if (this.destroyed) return;
    this.push(fatalError(error.message));
    this.push(null);
  }

  override _read(): void {
    // Answers are pushed as they come; `pg` reads as fast as they do.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.incoming = this.incoming.length > 0 ? Buffer.concat([this.incoming, chunk]) : chunk;
    if (!this.started && !this.takeStartUp()) return callback();
    const { frames, rest } = takeFrames(this.incoming);
    this.incoming = rest;
    const requests = frames.map((frame) => this.collect(frame)).filter((request) => request !== undefined);
    Promise.all(requests).then(() => callback(), callback);
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.push(null);
    callback();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.session.leave(this);
    callback(error);
  }

  /** The start-up packet has no type byte: int32 length, int32 protocol, parameters. */
  private takeStartUp(): boolean {
    if (this.incoming.length < 4) return false;
    const length = this.incoming.readInt32BE(0);
    if (this.incoming.length < length) return false;
    this.incoming = this.incoming.subarray(length);
    this.started = true;
    this.push(startUpAnswer());
    return true;
  }

  /** Gathers frames up to the one that asks for an answer (Query or Sync), then runs them as one request. */
  private collect(frame: Frame): Promise<void> | undefined {
    if (frame.type === 'X') {
      this.end();
      return undefined;
    }
    this.request.push(frame);
    if (frame.type !== 'Q' && frame.type !== 'S') return undefined;
    const request = this.request;
    this.request = [];
    if (this.answeredHere(request)) return undefined;
    return this.session.run(this, Buffer.concat(request.map(({ bytes }) => bytes)));
  }

  /** Notes subscriptions. An UNLISTEN while other clients still listen must not reach the shared session. */
  private answeredHere(request: Frame[]): boolean {
    const [first] = request;
    const sql = (first && sqlOf(first)) ?? '';
    const match = /listen/i.test(sql) ? subscription.exec(sql.replace(/--.*$/gm, '')) : null;
    const channel = match?.[2] ?? match?.[3]?.toLowerCase();
    if (!match || !channel) return false;
    if (match[1]?.toUpperCase() === 'LISTEN') {
      this.session.listen(this, channel);
      return false;
    }
    if (this.session.unlisten(this, channel) || first?.type !== 'Q') return false;
    this.push(Buffer.concat([commandComplete('UNLISTEN'), readyForQuery()]));
    return true;
  }
}
