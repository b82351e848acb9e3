import { Injectable } from '@nestjs/common';
import { WebhooksConfig } from '../../platform/config/webhooks.config.js';
import { Transaction } from '../../platform/database/transaction.port.js';
import { OutgoingHttp, OutgoingHttpError } from '../../platform/outgoing-http/outgoing-http.port.js';
import { newId } from '../../shared/ids.js';
import type { Page, PageRequest } from '../../shared/page.js';
import type { EventType, Webhook, WebhookDelivery } from '../domain/webhook.js';
import { tooManyWebhooks, webhookNotFound, webhookUrlRefused } from '../domain/webhook-errors.js';
import { newWebhookSecret } from './standard-webhook.js';
import { WebhookRepository } from './webhook.repository.js';

@Injectable()
export class ManageWebhooks {
  constructor(
    private readonly webhooks: WebhookRepository,
    private readonly transaction: Transaction,
    private readonly outgoing: OutgoingHttp,
    private readonly config: WebhooksConfig,
  ) {}

  /** @returns the webhook with its secret, which is told this once. */
  async create(
    ownerId: string,
    given: { url: string; events: EventType[] },
  ): Promise<{ webhook: Webhook; secret: string }> {
    const url = this.checked(given.url);
    const id = newId();
    const secret = newWebhookSecret();
    const limit = this.config.webhooksPerOwner;
    const events = [...new Set(given.events)];
    const taken = await this.transaction.run(() =>
      this.webhooks.insert({ id, ownerId, url, events, secret }, limit),
    );
    if (!taken) throw tooManyWebhooks(limit);
    return { webhook: await this.get(ownerId, id), secret };
  }

  async get(ownerId: string, id: string): Promise<Webhook> {
    const webhook = await this.webhooks.findById(ownerId, id);
    if (!webhook) throw webhookNotFound();
    return webhook;
  }

  list(ownerId: string, page: PageRequest): Promise<Page<Webhook>> {
    return this.webhooks.list(ownerId, page);
  }

  /** Nothing is sent to it any more, but for a request that is on its way. */
  async delete(ownerId: string, id: string): Promise<void> {
    if (!(await this.webhooks.delete(ownerId, id))) throw webhookNotFound();
  }

  async listDeliveries(ownerId: string, id: string, page: PageRequest): Promise<Page<WebhookDelivery>> {
    await this.get(ownerId, id);
    return this.webhooks.listDeliveries(ownerId, id, page);
  }

  /** Where its name leads is judged at each delivery: it may lead elsewhere by then. */
  private checked(url: string): string {
    try {
      return this.outgoing.check(url).href;
    } catch (error) {
      if (error instanceof OutgoingHttpError) throw webhookUrlRefused(error);
      throw error;
    }
  }
}
