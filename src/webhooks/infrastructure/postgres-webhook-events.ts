import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Notifications } from '../../platform/database/notifications.port.js';
import { Clock } from '../../platform/time/clock.port.js';
import { newId } from '../../shared/ids.js';
import { WebhookEvents } from '../application/webhook-events.port.js';
import type { WebhookEvent } from '../domain/webhook.js';
import * as sql from './webhook.sql.js';

/** A delivery for each webhook that wants the event; the workers hear of it with the commit. */
@Injectable()
export class PostgresWebhookEvents extends WebhookEvents {
  constructor(
    private readonly database: Database,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
  ) {
    super();
  }

  async announce(ownerId: string, { type, data }: WebhookEvent): Promise<void> {
    const webhooks = await this.database.query<{ id: string }>(sql.interested, [ownerId, type]);
    if (webhooks.length === 0) return;
    const body = JSON.stringify({ type, timestamp: this.clock.now().toISOString(), data });
    const webhookIds = webhooks.map(({ id }) => id);
    const ids = webhookIds.map(() => newId());
    await this.database.execute(sql.insertDeliveries, [ownerId, type, body, ids, webhookIds]);
    await this.notifications.notify('webhook_due', '');
  }
}
