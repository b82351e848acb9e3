import { Module } from '@nestjs/common';
import { WebhookEvents } from './application/webhook-events.port.js';
import { PostgresWebhookEvents } from './infrastructure/postgres-webhook-events.js';

/** What other features see: somewhere to tell what happened. */
@Module({
  providers: [{ provide: WebhookEvents, useClass: PostgresWebhookEvents }],
  exports: [WebhookEvents],
})
export class WebhooksModule {}
