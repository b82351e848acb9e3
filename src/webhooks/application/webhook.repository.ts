import type { Page, PageRequest } from '../../shared/page.js';
import type { EventType, Webhook, WebhookDelivery } from '../domain/webhook.js';

export interface NewWebhook {
  id: string;
  ownerId: string;
  url: string;
  events: EventType[];
  secret: string;
}

export abstract class WebhookRepository {
  /** @returns false when the owner has `limit` already, however many come at once; only inside a transaction. */
  abstract insert(webhook: NewWebhook, limit: number): Promise<boolean>;

  abstract findById(ownerId: string, id: string): Promise<Webhook | undefined>;

  /** Newest first. */
  abstract list(ownerId: string, page: PageRequest): Promise<Page<Webhook>>;

  /** With its deliveries. @returns false when it is not there. */
  abstract delete(ownerId: string, id: string): Promise<boolean>;

  /** Newest first. */
  abstract listDeliveries(
    ownerId: string,
    webhookId: string,
    page: PageRequest,
  ): Promise<Page<WebhookDelivery>>;
}
