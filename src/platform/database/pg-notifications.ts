import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { Logger } from '../logging/logger.port.js';
import { DATABASE_CONNECTION, type DatabaseConnection } from './database-connection.js';
import { Database } from './database.js';
import { Notifications, type NotificationChannel } from './notifications.port.js';

const reconnectMs = { first: 100, most: 5_000 };

/** One LISTEN connection for the whole process, made on the first subscription and remade when it drops. */
@Injectable()
export class PgNotifications extends Notifications implements OnApplicationShutdown {
  private readonly handlers = new Map<string, Set<(payload: string) => void>>();
  private client: Promise<pg.Client> | null = null;
  private closed = false;

  constructor(
    @Inject(DATABASE_CONNECTION) private readonly connection: DatabaseConnection,
    private readonly database: Database,
    private readonly logger: Logger,
  ) {
    super();
  }

  async notify(channel: NotificationChannel, payload: string): Promise<void> {
    await this.database.query('SELECT pg_notify($1, $2)', [channel, payload]);
  }

  async listen(channel: NotificationChannel, onPayload: (payload: string) => void): Promise<() => void> {
    const known = this.handlers.get(channel);
    const handlers = known ?? new Set();
    handlers.add(onPayload);
    this.handlers.set(channel, handlers);
    const client = await this.connected();
    if (!known) await client.query(`LISTEN ${channel}`);
    return () => handlers.delete(onPayload);
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    const client = await this.client?.catch(() => null);
    await client?.end();
  }

  private connected(): Promise<pg.Client> {
    if (!this.client) {
      this.client = this.connect();
      this.client.catch(() => (this.client = null));
    }
    return this.client;
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({ ...this.connection.poolConfig, keepAlive: true });
    client.on('notification', ({ channel, payload }) => {
      for (const handler of this.handlers.get(channel) ?? []) handler(payload ?? '');
    });
    client.on('error', (error) =>
      this.logger.warn('database.listen-connection-lost', { error: error.message }),
    );
    client.on('end', () => void this.reconnect());
    await client.connect();
    for (const channel of this.handlers.keys()) await client.query(`LISTEN ${channel}`);
    return client;
  }

  /** Subscribers hear a wake-up without payload after a reconnect: what came meanwhile is in the tables. */
  private async reconnect(delayMs = reconnectMs.first): Promise<void> {
    if (this.closed) return;
    this.client = null;
    await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
    if (this.closed) return;
    try {
      await this.connected();
      for (const handlers of this.handlers.values()) for (const handler of handlers) handler('');
    } catch (error) {
      this.logger.warn('database.listen-reconnect-failed', { error: String(error), delayMs });
      await this.reconnect(Math.min(delayMs * 2, reconnectMs.most));
    }
  }
}
