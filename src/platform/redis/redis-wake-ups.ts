import type { Redis } from 'ioredis';
import type { Logger } from '../logging/logger.port.js';
import type { RedisConnections } from './redis-connections.js';

/** @param message '' where the wake-up is no publication: look what there is. */
type Listener = (message: string) => void;

interface Channel {
  readonly name: string;
  readonly listeners: Set<Listener>;
  readonly subscribed: Promise<unknown>;
  heard: boolean;
}

/**
 * Wake-ups between processes over Pub/Sub, on one connection however many channels and listeners. A hint only: a
 * listener looks for itself what there is. Nobody sleeps through a lost one: all are woken when the connection has come
 * back, and who has heard nothing for `recheckMs` is woken to look.
 */
export class RedisWakeUps {
  private readonly channels = new Map<string, Channel>();
  private client: Redis | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly connections: RedisConnections,
    private readonly purpose: string,
    private readonly logger: Logger,
    private readonly recheckMs = 5_000,
  ) {}

  /** Calls `onWake` after each publication from now on. @returns a function that ends it. */
  async listen(name: string, onWake: Listener): Promise<() => void> {
    const channel = this.channels.get(name) ?? this.add(name);
    channel.listeners.add(onWake);
    const end = (): void => {
      channel.listeners.delete(onWake);
      if (channel.listeners.size === 0) this.remove(channel);
    };
    try {
      await channel.subscribed;
    } catch (error) {
      end();
      throw error;
    }
    return end;
  }

  private add(name: string): Channel {
    const channel = {
      name,
      listeners: new Set<Listener>(),
      subscribed: this.connected().subscribe(name),
      heard: true,
    };
    this.channels.set(name, channel);
    this.timer ??= setInterval(() => this.wakeSilent(), this.recheckMs).unref();
    return channel;
  }

  private remove(channel: Channel): void {
    if (this.channels.get(channel.name) !== channel) return;
    this.channels.delete(channel.name);
    // A subscription that outlives its listeners costs a message now and then, no more.
    this.client?.unsubscribe(channel.name).catch((error: Error) => {
      this.logger.debug('redis.unsubscribe-failed', { reason: error.message });
    });
    if (this.channels.size > 0 || !this.timer) return;
    clearInterval(this.timer);
    this.timer = null;
  }

  private connected(): Redis {
    if (this.client) return this.client;
    // The client's own renewal of subscriptions leaves its failures unhandled. And it lets a subscription overtake its
    // check whether the server is ready, which a connection with subscriptions refuses: it was closed, and they failed.
    const options = { autoResubscribe: false, enableReadyCheck: false };
    const client = this.connections.open(this.purpose, options);
    client.on('message', (name: string, message: string) => this.wake(name, message));
    let lost = false;
    client.on('reconnecting', () => (lost = true));
    client.on('ready', () => {
      if (lost) void this.renew(client);
      lost = false;
    });
    this.client = client;
    return client;
  }

  /** After a lost connection: what was published meanwhile went to nobody. */
  private async renew(client: Redis): Promise<void> {
    try {
      if (this.channels.size > 0) await client.subscribe(...this.channels.keys());
    } catch (error) {
      // Lost again, and renewed when it is back; or refused, and the listeners live by looking now and then.
      this.logger.warn('redis.resubscribe-failed', { reason: (error as Error).message });
    }
    for (const name of this.channels.keys()) this.wake(name);
  }

  private wakeSilent(): void {
    for (const { name, heard } of this.channels.values()) {
      if (!heard) this.wake(name);
    }
    for (const channel of this.channels.values()) channel.heard = false;
  }

  private wake(name: string, message = ''): void {
    const channel = this.channels.get(name);
    if (!channel) return;
    channel.heard = true;
    for (const onWake of channel.listeners) onWake(message);
  }
}
