import type { WebhookEvent } from '../domain/webhook.js';

/** What other features tell: joins the transaction in which it happened, so that neither is there without the other. */
export abstract class WebhookEvents {
  /** Costs a look at the owner's webhooks when nobody wants to know. */
  abstract announce(ownerId: string, event: WebhookEvent): Promise<void>;
}
