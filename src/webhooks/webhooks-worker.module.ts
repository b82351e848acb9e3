import { Module } from '@nestjs/common';
import { DeliverWebhook } from './application/deliver-webhook.service.js';
import { DeliveryRepository } from './application/delivery.repository.js';
import { PostgresDeliveryRepository } from './infrastructure/postgres-delivery.repository.js';
import { WebhookDeliverer } from './worker/webhook-deliverer.js';

/** Delivers what is due, in whichever worker instance it is part of. */
@Module({
  providers: [
    DeliverWebhook,
    { provide: DeliveryRepository, useClass: PostgresDeliveryRepository },
    WebhookDeliverer,
  ],
})
export class WebhooksWorkerModule {}
