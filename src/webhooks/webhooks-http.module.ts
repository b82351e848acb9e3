import { Module } from '@nestjs/common';
import { ManageWebhooks } from './application/manage-webhooks.service.js';
import { WebhookRepository } from './application/webhook.repository.js';
import { WebhooksController } from './http/webhooks.controller.js';
import { PostgresWebhookRepository } from './infrastructure/postgres-webhook.repository.js';

@Module({
  controllers: [WebhooksController],
  providers: [ManageWebhooks, { provide: WebhookRepository, useClass: PostgresWebhookRepository }],
})
export class WebhooksHttpModule {}
