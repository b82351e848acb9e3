import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Client } from 'minio';
import type { S3Config } from '../config/s3.config.js';
import { S3Failure } from './s3-failure.js';
import { S3Transport, type S3Call } from './s3-transport.js';

export type ReachableS3 = Pick<S3Config, 'region' | 'bucket' | 'pathStyle' | 'presign' | 'publicEndpoint'> &
  Record<'endpoint' | 'accessKey' | 'secretKey', string>;

/** In milliseconds. */
export interface S3Limits {
  /** For an answer to a request that carries nothing. */
  callMs: number;
  /** For one that carries a part of an object, or has the server move one. */
  transferMs: number;
  /** For the next byte on a connection. */
  silenceMs: number;
  /** For the answer to a probe. */
  checkMs: number;
  /** For the calls in progress when the process ends. */
  drainMs: number;
}

const usualLimits: S3Limits = {
  callMs: 30_000,
  transferMs: 120_000,
  silenceMs: 30_000,
  checkMs: 2_000,
  drainMs: 3_000,
};

const attempts = 3;
const firstPauseMs = 100;
const linkSeconds = 60;

/** One bucket of an S3 server: the client with its connections, the limits of each call, and their end. */
export class S3Bucket implements OnApplicationShutdown {
  readonly name: string;
  /** Where it is, without credentials. */
  readonly address: string;
  /** Whether requests must carry the hash of their body. Over TLS they need not. */
  readonly signsBodies: boolean;
  private readonly transport: S3Transport;
  private readonly client: Client;
  private readonly stranger: Client;
  private readonly linker: Client | null;
  private readonly limits: S3Limits;
  private readonly running = new Map<AbortController, Promise<unknown>>();
  private closed = false;

  /** Connects to nothing yet: `openS3Bucket` does. */
  constructor(config: ReachableS3, limits: Partial<S3Limits> = {}) {
    this.name = config.bucket;
    this.address = new URL(config.endpoint).origin;
    this.limits = { ...usualLimits, ...limits };
    this.transport = new S3Transport(this.address.startsWith('https:'), this.limits.silenceMs);
    this.client = createClient(config, this.transport);
    this.stranger = createClient({ ...config, accessKey: '', secretKey: '' }, this.transport);
    this.linker = config.presign
      ? createClient({ ...config, endpoint: config.publicEndpoint ?? config.endpoint }, this.transport)
      : null;
    this.signsBodies = this.client.enableSHA256;
  }

  /**
   * One operation, tried again when the server is busy or a connection broke: it must be one that may run twice.
   * @throws AppError `object.not-found`, `object-store.unavailable`
   */
  call<T>(operation: string, work: (client: Client) => Promise<T>): Promise<T> {
    return this.persistently(() => this.attempt(operation, () => work(this.client), this.limits.callMs));
  }

  /** The same for one that moves an object's bytes, and takes its time. */
  transfer<T>(operation: string, work: (client: Client) => Promise<T>): Promise<T> {
    return this.persistently(() => this.attempt(operation, () => work(this.client), this.limits.transferMs));
  }

  /**
   * One attempt, as it failed.
   * @throws S3Failure
   */
  once<T>(operation: string, limitMs: number, work: (client: Client) => Promise<T>): Promise<T> {
    return this.attempt(operation, () => work(this.client), limitMs);
  }

  /**
   * One attempt without credentials.
   * @throws S3Failure
   */
  onceAsStranger<T>(operation: string, limitMs: number, work: (client: Client) => Promise<T>): Promise<T> {
    return this.attempt(operation, () => work(this.stranger), limitMs);
  }

  /** A look at the bucket that ends in time, for probes. */
  async check(): Promise<void> {
    await this.once('check', this.limits.checkMs, async (client) => {
      if (!(await client.bucketExists(this.name))) throw new Error('the bucket is gone');
    });
  }

  /** Null when links are not switched on. */
  async link(method: 'GET' | 'HEAD', key: string, headers: Record<string, string>): Promise<string | null> {
    if (!this.linker) return null;
    return this.linker.presignedUrl(method, this.name, key, linkSeconds, headers);
  }

  /** Calls in progress may end by themselves for a moment; then they fail, and so does every later one. */
  async close(): Promise<void> {
    await this.settled();
    for (const controller of this.running.keys()) controller.abort(new Error('the process is ending'));
    // A write that failed just now takes its parts away.
    await this.settled();
    this.closed = true;
    for (const controller of this.running.keys()) controller.abort(new Error('the process is ending'));
    this.transport.close();
  }

  /** After the workers and the HTTP server, which end in earlier phases. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  private async persistently<T>(attempt: () => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof S3Failure)) throw error;
        if (tried === attempts || !error.passing || this.closed) throw error.toAppError();
        await sleep(firstPauseMs * 2 ** (tried - 1) * (0.5 + Math.random()));
      }
    }
  }

  private async attempt<T>(operation: string, work: () => Promise<T>, limitMs: number): Promise<T> {
    if (this.closed) throw S3Failure.of(operation, new Error('the process is ending'), undefined);
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new Error(`no answer within ${limitMs} ms`)), limitMs);
    const call: S3Call = { signal: controller.signal };
    const answer = this.transport.during(call, work);
    this.running.set(controller, answer);
    try {
      return await answer;
    } catch (error) {
      const { aborted, reason } = controller.signal;
      throw S3Failure.of(operation, aborted ? reason : error, call.status);
    } finally {
      clearTimeout(timer);
      this.running.delete(controller);
    }
  }

  private async settled(): Promise<void> {
    const patience = new AbortController();
    const late = sleep(this.limits.drainMs, undefined, { signal: patience.signal }).catch(() => undefined);
    const quiet = async (): Promise<void> => {
      do {
        await Promise.allSettled(this.running.values());
        // Whoever heard of an end may have gone on to the next call.
        await nextTurn();
      } while (this.running.size > 0);
    };
    await Promise.race([quiet(), late]);
    patience.abort();
  }
}

function createClient(
  { endpoint, region, accessKey, secretKey, pathStyle }: Omit<ReachableS3, 'presign'>,
  transport: S3Transport,
): Client {
  const { protocol, hostname, port } = new URL(endpoint);
  return new Client({
    endPoint: hostname.replace(/^\[|\]$/g, ''),
    port: port ? Number(port) : undefined,
    useSSL: protocol === 'https:',
    region,
    accessKey,
    secretKey,
    pathStyle,
    // It calls nothing but `request(options, onResponse)`.
    transport: transport as unknown as NonNullable<ConstructorParameters<typeof Client>[0]['transport']>,
    transportAgent: transport.agent,
    // Its own would write to the console, and leave connections behind.
    retryOptions: { disableRetry: true },
  });
}
