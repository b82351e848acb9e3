import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { WebhooksConfig } from '../../platform/config/webhooks.config.js';
import { Notifications } from '../../platform/database/notifications.port.js';
import { Logger } from '../../platform/logging/logger.port.js';
import { PeriodicTask } from '../../platform/queue/periodic-task.js';
import { DeliverWebhook } from '../application/deliver-webhook.service.js';
import { DeliveryRepository } from '../application/delivery.repository.js';

/** Retries fall due without anybody saying so, and a notification may be lost. */
const lookEveryMs = 1_000;
const pruneEveryMs = 60_000;
const kept = { most: 1_000, batch: 5_000 };

/**
 * Delivers while something is due, in the workers that make the events. Not through a queue: the rows say what is due
 * and when, and one dead receiver must not fill the slots that all others wait for.
 */
@Injectable()
export class WebhookDeliverer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly shutdown = new AbortController();
  private readonly runs = new Set<Promise<void>>();
  private readonly tasks: PeriodicTask[];
  private unsubscribe: (() => void) | undefined;

  constructor(
    private readonly service: DeliverWebhook,
    private readonly notifications: Notifications,
    private readonly config: WebhooksConfig,
    private readonly logger: Logger,
    deliveries: DeliveryRepository,
  ) {
    this.tasks = [
      { name: 'webhooks.look', intervalMs: lookEveryMs, run: async () => this.wake() },
      {
        name: 'webhooks.prune',
        intervalMs: pruneEveryMs,
        run: async () => void (await deliveries.prune({ days: config.logDays, most: kept.most }, kept.batch)),
      },
    ].map((options) => new PeriodicTask(options, logger));
  }

  async onApplicationBootstrap(): Promise<void> {
    this.unsubscribe = await this.notifications.listen('webhook_due', () => this.wake());
    for (const task of this.tasks) task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.shutdown.abort(new Error('The process is shutting down.'));
    this.unsubscribe?.();
    await Promise.all(this.tasks.map((task) => task.stop()));
    await Promise.all(this.runs);
  }

  /** One more at a time, up to the bound: each that finds something calls the next. */
  private wake(): void {
    if (this.shutdown.signal.aborted || this.runs.size >= this.config.concurrency) return;
    const run = this.deliverAll().finally(() => this.runs.delete(run));
    this.runs.add(run);
  }

  private async deliverAll(): Promise<void> {
    const { signal } = this.shutdown;
    try {
      while (!signal.aborted && (await this.service.deliverNext(signal, () => this.wake())));
    } catch (error) {
      this.logger.error('webhooks.delivery-failed', { error });
    }
  }
}
