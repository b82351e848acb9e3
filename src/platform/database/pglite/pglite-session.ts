import { Worker } from 'node:worker_threads';
import { compiledEntry } from '../../runtime/compiled-entry.js';
import type { PgliteReply, PgliteRequest, PgliteWorkerData } from './pglite-messages.js';
import { channelOf, simpleQuery, statusOf, takeFrames, type Frame } from './wire.js';

/** One virtual connection, as the session sees it. */
export interface SessionClient {
  /** Backend frames for this client: answers to its own requests, and notifications it listens to. */
  receive(bytes: Buffer): void;
  /** The database is gone. */
  fail(error: Error): void;
}

interface Turn {
  client: SessionClient;
  bytes: Buffer;
  done: () => void;
}

type WithoutId<T> = T extends { id: number } ? Omit<T, 'id'> : never;

/**
 * PGlite has one session; `pg` has many connections. This shares the one out: requests of all clients queue up,
 * and a client that has begun a transaction keeps the session until COMMIT or ROLLBACK, so that no statement of
 * another gets inside. Notifications go to the clients that asked for their channel.
 */
export class PgliteSession {
  private readonly pending = new Map<
    number,
    { resolve(bytes: Uint8Array): void; reject(error: Error): void }
  >();
  private readonly waiting: Turn[] = [];
  private readonly listeners = new Map<string, Set<SessionClient>>();
  private readonly gone = new WeakSet<SessionClient>();
  private holder: SessionClient | null = null;
  private busy = false;
  private nextId = 1;
  private failure: Error | null = null;
  private closing: Promise<void> | null = null;

  private constructor(private readonly worker: Worker) {
    worker.on('message', (reply: PgliteReply) => this.settle(reply));
    worker.on('error', (error: Error) => this.fail(error));
    worker.on('exit', () => this.fail(new Error('The embedded database has stopped.')));
  }

  /** @param dataDir folder of the cluster (made when missing), or `memory://`. */
  static async open(data: PgliteWorkerData): Promise<PgliteSession> {
    const worker = new Worker(compiledEntry(import.meta.url, './pglite-worker.js'), { workerData: data });
    const session = new PgliteSession(worker);
    await new Promise<Uint8Array>((resolve, reject) => session.pending.set(0, { resolve, reject }));
    return session;
  }

  /** Runs one request (frames up to and including a Query or Sync) when the session is free for this client. */
  run(client: SessionClient, bytes: Buffer): Promise<void> {
    if (this.failure) {
      client.fail(this.failure);
      return Promise.resolve();
    }
    return new Promise((done) => {
      this.waiting.push({ client, bytes, done });
      void this.next();
    });
  }

  listen(client: SessionClient, channel: string): void {
    const clients = this.listeners.get(channel) ?? new Set();
    this.listeners.set(channel, clients.add(client));
  }

  /** @returns true when nobody listens to the channel any more, so that the session itself may UNLISTEN. */
  unlisten(client: SessionClient, channel: string): boolean {
    const clients = this.listeners.get(channel);
    clients?.delete(client);
    if (clients && clients.size > 0) return false;
    this.listeners.delete(channel);
    return true;
  }

  /** A connection has gone: its transaction is rolled back and its subscriptions end, as a server would do. */
  leave(client: SessionClient): void {
    for (const channel of this.listeners.keys()) this.unlisten(client, channel);
    this.gone.add(client);
    if (this.holder === client && !this.failure) this.rollBack();
  }

  private rollBack(): void {
    const nobody: SessionClient = { receive: () => undefined, fail: () => undefined };
    this.holder = nobody;
    void this.run(nobody, simpleQuery('ROLLBACK'));
  }

  /** The whole cluster as a tar, to start other databases from. */
  async dump(): Promise<ArrayBuffer> {
    const bytes = await this.request({ kind: 'dump' });
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  }

  close(): Promise<void> {
    this.closing ??= (async () => {
      if (!this.failure) await this.request({ kind: 'close' });
      await this.worker.terminate();
    })();
    return this.closing;
  }

  private async next(): Promise<void> {
    if (this.busy) return;
    const index = this.holder ? this.waiting.findIndex(({ client }) => client === this.holder) : 0;
    const [turn] = index < 0 ? [] : this.waiting.splice(index, 1);
    if (!turn) return;
    this.busy = true;
    try {
      const answer = await this.request({ kind: 'protocol', bytes: new Uint8Array(turn.bytes) });
      this.deliver(turn.client, Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength));
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.busy = false;
      turn.done();
    }
    void this.next();
  }

  private deliver(client: SessionClient, bytes: Buffer): void {
    const own: Buffer[] = [];
    for (const frame of takeFrames(bytes).frames) {
      if (frame.type === 'A') this.notify(frame);
      else own.push(frame.bytes);
      if (frame.type === 'Z') this.holder = statusOf(frame) === 'I' ? null : client;
    }
    // It left while its last request ran.
    if (this.holder === client && this.gone.has(client)) this.rollBack();
    else client.receive(Buffer.concat(own));
  }

  private notify(frame: Frame): void {
    for (const listener of this.listeners.get(channelOf(frame)) ?? []) listener.receive(frame.bytes);
  }

  private request(request: WithoutId<PgliteRequest>): Promise<Uint8Array> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      this.pending.set(id, { resolve, reject });
      this.worker.postMessage({ ...request, id });
    });
  }

  private settle(reply: PgliteReply): void {
    const request = this.pending.get(reply.id);
    this.pending.delete(reply.id);
    if ('error' in reply) request?.reject(new Error(reply.error));
    else request?.resolve(reply.bytes);
  }

  private fail(error: Error): void {
    if (this.failure) return;
    this.failure = error;
    for (const request of this.pending.values()) request.reject(error);
    this.pending.clear();
    for (const { client, done } of this.waiting.splice(0)) {
      client.fail(error);
      done();
    }
  }
}
