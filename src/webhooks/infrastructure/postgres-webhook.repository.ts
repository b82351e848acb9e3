import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Page, PageRequest } from '../../shared/page.js';
import { WebhookRepository, type NewWebhook } from '../application/webhook.repository.js';
import type {
  DeliveryError,
  DeliveryStatus,
  EventType,
  Webhook,
  WebhookDelivery,
} from '../domain/webhook.js';
import * as sql from './webhook.sql.js';

interface WebhookRow {
  id: string;
  owner_id: string;
  url: string;
  events: EventType[];
  disabled_at: Date | null;
  created_at: Date;
}

interface DeliveryRow {
  id: string;
  webhook_id: string;
  event: EventType;
  body: string;
  status: DeliveryStatus;
  attempts: number;
  next_attempt_at: Date | null;
  last_attempt_at: Date | null;
  response_status: number | null;
  error: DeliveryError | null;
  created_at: Date;
}

@Injectable()
export class PostgresWebhookRepository extends WebhookRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async insert(webhook: NewWebhook, limit: number): Promise<boolean> {
    const { id, ownerId, url, events, secret } = webhook;
    await this.database.query(sql.takeTurn, [ownerId]);
    return (await this.database.execute(sql.insert, [ownerId, id, url, events, secret, limit])) === 1;
  }

  async findById(ownerId: string, id: string): Promise<Webhook | undefined> {
    const [row] = await this.database.query<WebhookRow>(sql.findById, [ownerId, id]);
    return row && toWebhook(row);
  }

  async list(ownerId: string, { afterId, limit }: PageRequest): Promise<Page<Webhook>> {
    const rows = await this.database.query<WebhookRow>(sql.list, [ownerId, afterId ?? null, limit + 1]);
    return pageOf(rows.map(toWebhook), limit);
  }

  async delete(ownerId: string, id: string): Promise<boolean> {
    return (await this.database.execute(sql.remove, [ownerId, id])) === 1;
  }

  async listDeliveries(
    ownerId: string,
    webhookId: string,
    { afterId, limit }: PageRequest,
  ): Promise<Page<WebhookDelivery>> {
    const parameters = [ownerId, webhookId, afterId ?? null, limit + 1];
    const rows = await this.database.query<DeliveryRow>(sql.listDeliveries, parameters);
    return pageOf(rows.map(toDelivery), limit);
  }
}

/** @param items up to one more than `limit`: the surplus one says that there is a next page. */
function pageOf<Item extends { id: string }>(items: Item[], limit: number): Page<Item> {
  const data = items.slice(0, limit);
  return { data, nextCursor: items.length > limit ? (data.at(-1)?.id ?? null) : null };
}

const toWebhook = (row: WebhookRow): Webhook => ({
  id: row.id,
  ownerId: row.owner_id,
  url: row.url,
  events: row.events,
  status: row.disabled_at ? 'disabled' : 'active',
  createdAt: row.created_at,
});

const toDelivery = (row: DeliveryRow): WebhookDelivery => ({
  id: row.id,
  webhookId: row.webhook_id,
  event: row.event,
  body: row.body,
  status: row.status,
  attempts: row.attempts,
  nextAttemptAt: row.next_attempt_at,
  lastAttemptAt: row.last_attempt_at,
  responseStatus: row.response_status,
  error: row.error,
  createdAt: row.created_at,
});
