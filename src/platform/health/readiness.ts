import { Inject, Injectable } from '@nestjs/common';
import { Logger } from '../logging/logger.port.js';
import type { QueueName } from '../queue/define-job.js';
import { ModelNames, type ModelsInUse } from './model-names.js';
import { STORE_PROBES, type StoreProbes } from './store-probes.js';
import { within } from '../time/within.js';
import { WorkerLiveness } from '../queue/worker-liveness.port.js';

export interface StoreHealth {
  status: 'up' | 'down';
  latencyMs: number;
}

export interface QueueHealth {
  /** Whether a worker that makes progress takes its jobs. */
  served: boolean;
  liveWorkers: number;
}

export interface ReadinessReport extends ModelsInUse {
  /** `degraded`: the stores answer, but a queue has no live worker. `unavailable`: a store does not answer. */
  status: 'ok' | 'degraded' | 'unavailable';
  stores: Record<string, StoreHealth>;
  /** Null while the database, which knows it, is down. */
  queues: Record<QueueName, QueueHealth> | null;
}

const patienceMs = 2_000;

/** Looks at everything this process depends on, each look bounded in time. */
@Injectable()
export class Readiness {
  constructor(
    @Inject(STORE_PROBES) private readonly probes: StoreProbes,
    private readonly workers: WorkerLiveness,
    private readonly models: ModelNames,
    private readonly logger: Logger,
  ) {}

  async report(): Promise<ReadinessReport> {
    const probed = Object.entries(this.probes).map(
      async ([store, look]) => [store, await this.probe(store, look)] as const,
    );
    const stores = Object.fromEntries(await Promise.all(probed));
    const queues = await this.queues();
    const anyDown = Object.values(stores).some(({ status }) => status === 'down') || queues === null;
    const allServed = Object.values(queues ?? {}).every(({ served }) => served);
    return {
      status: anyDown ? 'unavailable' : allServed ? 'ok' : 'degraded',
      stores,
      queues,
      ...this.models.describe(),
    };
  }

  /** Readiness is the answer here: what a probe throws is logged and shown as `down`. */
  private async probe(store: string, look: () => Promise<unknown>): Promise<StoreHealth> {
    const startedAt = performance.now();
    const latencyMs = (): number => Math.round(performance.now() - startedAt);
    try {
      await within(patienceMs, look());
      return { status: 'up', latencyMs: latencyMs() };
    } catch (error) {
      this.logger.warn('health.store-down', { store, error });
      return { status: 'down', latencyMs: latencyMs() };
    }
  }

  private async queues(): Promise<ReadinessReport['queues']> {
    try {
      const live = await within(patienceMs, this.workers.liveWorkers());
      const entries = Object.entries(live).map(
        ([queue, liveWorkers]) => [queue, { served: liveWorkers > 0, liveWorkers }] as const,
      );
      return Object.fromEntries(entries) as Record<QueueName, QueueHealth>;
    } catch (error) {
      this.logger.warn('health.store-down', { store: 'database', error });
      return null;
    }
  }
}
