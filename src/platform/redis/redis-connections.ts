import type { OnApplicationShutdown } from '@nestjs/common';
import type { Redis, RedisOptions } from 'ioredis';
import type { Logger } from '../logging/logger.port.js';
import { within } from '../time/within.js';
import { awaitRedis } from './await-redis.js';
import { createRedis } from './create-redis.js';
import type { RedisAddress } from './redis-address.js';

const usualLimits = { checkEveryMs: 5_000, silentAfterMs: 5_000 };
const goodbyeMs = 1_000;

/** The connections of one Nest instance to its Redis server, opened by purpose and closed together. */
export class RedisConnections implements OnApplicationShutdown {
  /** For ordinary commands. Blocking ones, and subscriptions, need a connection of their own. */
  readonly commands: Redis;
  private readonly clients: Redis[] = [];
  private readonly timer: NodeJS.Timeout;
  private closing: Promise<void> | null = null;

  constructor(
    private readonly address: RedisAddress,
    private readonly logger: Logger,
    private readonly limits = usualLimits,
  ) {
    this.commands = this.open('commands');
    this.timer = setInterval(() => this.checkAll(), limits.checkEveryMs).unref();
  }

  /** @throws StoreRefusedError when the server does not answer within `patienceMs`, or is none for us. */
  static async open(address: RedisAddress, patienceMs: number, logger: Logger): Promise<RedisConnections> {
    await awaitRedis(address, patienceMs, logger);
    return new RedisConnections(address, logger);
  }

  /** A further client, which closes with the others. Name each purpose once. */
  open(purpose: string, options: RedisOptions = {}): Redis {
    if (this.closing) throw new Error('The connections to Redis are closed.');
    const client = createRedis(this.address, purpose, this.logger, options);
    this.clients.push(client);
    return client;
  }

  /** @throws when the server does not answer in time. */
  async ping(): Promise<void> {
    await this.commands.ping();
  }

  /** The last opened first, since it stands on the earlier ones; each may finish what it has sent. */
  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  private async closeAll(): Promise<void> {
    clearInterval(this.timer);
    for (const client of this.clients.toReversed()) {
      // A server that is away cannot be taken leave of.
      await within(goodbyeMs, client.quit()).catch(() => undefined);
      if (client.status !== 'end') client.disconnect();
    }
  }

  private checkAll(): void {
    for (const client of this.clients) if (client.status === 'ready') void this.check(client);
  }

  /** A network that swallows packets closes nothing: who does not answer is connected again. */
  private async check(client: Redis): Promise<void> {
    try {
      await within(this.limits.silentAfterMs, client.ping());
    } catch (error) {
      if (this.closing || client.status !== 'ready') return;
      const reason = (error as Error).message;
      this.logger.warn('redis.connection-silent', { name: client.options.connectionName, reason });
      client.disconnect(true);
    }
  }
}
