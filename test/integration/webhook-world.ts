import { Module, type DynamicModule } from '@nestjs/common';
import { FetchConfig } from '../../src/platform/config/fetch.config.js';
import { Logger } from '../../src/platform/logging/logger.port.js';
import { GuardedOutgoingHttp } from '../../src/platform/outgoing-http/guarded-outgoing-http.js';
import { OutgoingHttp } from '../../src/platform/outgoing-http/outgoing-http.port.js';
import { LOCAL_OWNER_ID } from '../../src/shared/caller.js';
import { DeliverWebhook } from '../../src/webhooks/application/deliver-webhook.service.js';
import { DeliveryRepository } from '../../src/webhooks/application/delivery.repository.js';
import { WebhookEvents } from '../../src/webhooks/application/webhook-events.port.js';
import type { WebhookEvent } from '../../src/webhooks/domain/webhook.js';
import { PostgresDeliveryRepository } from '../../src/webhooks/infrastructure/postgres-delivery.repository.js';
import { WebhooksHttpModule } from '../../src/webhooks/webhooks-http.module.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { WebhooksWorkerModule } from '../../src/webhooks/webhooks-worker.module.js';
import { ScriptedHostResolver } from '../fakes/scripted-host-resolver.js';
import { ScriptedSite } from '../scripted-site.js';
import { startProbe, type Probe, type ProbeAnswer } from './http-probe.js';

@Module({})
class OutgoingModule {}

@Module({})
class StillModule {}

export interface CreatedWebhookJson {
  id: string;
  secret: string;
  status: string;
}

export interface DeliveryJson {
  id: string;
  event: string;
  payload: { type: string; timestamp: string; data: Record<string, unknown> };
  status: string;
  attempts: number;
  nextAttemptAt: string | null;
  lastAttemptAt: string | null;
  responseStatus: number | null;
  error: string | null;
}

export const anEvent = (documentId = 'd-1'): WebhookEvent => ({
  type: 'document.ready',
  data: { documentId, collectionId: 'c-1', version: 1, status: 'ready' },
});

/** The webhooks' routes and services over a real database, and a receiver on loopback that the test scripts. */
export class WebhookWorld {
  readonly resolver = new ScriptedHostResolver();
  site: ScriptedSite;
  probe: Probe;
  events: WebhookEvents;
  private readonly shutdown = new AbortController();

  /** @param delivering whether the worker's own loop runs; else the test makes each attempt. */
  static async open(
    environment: Record<string, string> = {},
    { delivering = false }: { delivering?: boolean } = {},
  ): Promise<WebhookWorld> {
    const world = new WebhookWorld();
    world.site = await ScriptedSite.open();
    const outgoing: DynamicModule = {
      module: OutgoingModule,
      global: true,
      providers: [
        {
          provide: OutgoingHttp,
          useFactory: (config: FetchConfig, logger: Logger) =>
            new GuardedOutgoingHttp(config, world.resolver, logger),
          inject: [FetchConfig, Logger],
        },
      ],
      exports: [OutgoingHttp],
    };
    const still: DynamicModule = {
      module: StillModule,
      providers: [DeliverWebhook, { provide: DeliveryRepository, useClass: PostgresDeliveryRepository }],
    };
    const imports = [outgoing, WebhooksModule, WebhooksHttpModule, delivering ? WebhooksWorkerModule : still];
    world.probe = await startProbe([], { FETCH_ALLOWED_HOSTS: world.site.host, ...environment }, { imports });
    world.events = world.probe.app.get(WebhookEvents, { strict: false });
    return world;
  }

  async close(): Promise<void> {
    this.shutdown.abort();
    await this.probe.close();
    await this.site.close();
  }

  get deliveries(): DeliveryRepository {
    return this.probe.app.get(DeliveryRepository, { strict: false });
  }

  /** One attempt at what is due. @returns false when nothing was. */
  deliver(signal: AbortSignal = this.shutdown.signal): Promise<boolean> {
    return this.probe.app.get(DeliverWebhook, { strict: false }).deliverNext(signal);
  }

  send(method: string, path = '', body?: object, headers?: Record<string, string>): Promise<ProbeAnswer> {
    return this.probe.send(`/api/v1/webhooks${path}`, { method, body, headers });
  }

  async aWebhook(
    path = '/hook',
    events: string[] = ['document.ready', 'document.failed', 'message.completed'],
  ): Promise<CreatedWebhookJson> {
    return (await this.send('POST', '', { url: this.site.url(path), events })).json<CreatedWebhookJson>();
  }

  announce(event: WebhookEvent = anEvent(), ownerId: string = LOCAL_OWNER_ID): Promise<void> {
    return this.events.announce(ownerId, event);
  }

  async log(id: string): Promise<DeliveryJson[]> {
    return (await this.send('GET', `/${id}/deliveries`)).json<{ data: DeliveryJson[] }>().data;
  }

  query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.probe.database.database.query<Row>(sql, parameters);
  }

  /** Lets pauses, leases and waits be over. */
  async timePasses(): Promise<void> {
    await this.query(`UPDATE webhook SET held_until = now(), lease_until = lease_until - interval '1 hour'`);
    await this.query(`UPDATE webhook_delivery SET next_attempt_at = now() WHERE status = 'pending'`);
  }

  async removeAll(): Promise<void> {
    await this.query('DELETE FROM webhook');
    this.site.requests.length = 0;
    this.site.pages.clear();
  }
}
