import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Logger } from '../logging/logger.port.js';
import { ObjectStore } from '../object-storage/object-store.port.js';
import type { QueueName } from '../queue/define-job.js';
import { ModelNames, type ModelsInUse } from './model-names.js';
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
  stores: { database: StoreHealth; objectStore: StoreHealth };
  /** Null while the database, which knows it, is down. */
  queues: Record<QueueName, QueueHealth> | null;
}

const patienceMs = 2_000;

/** Looks at everything this process depends on, each look bounded in time. */
@Injectable()
export class Readiness {
  constructor(
    private readonly database: Database,
    private readonly objects: ObjectStore,
    private readonly workers: WorkerLiveness,
    private readonly models: ModelNames,
    private readonly logger: Logger,
  ) {}

  async report(): Promise<ReadinessReport> {
    const [database, objectStore] = await Promise.all([
      this.probe('database', () => this.database.query('SELECT 1')),
      this.probe('objectStore', () => this.firstObject()),
    ]);
    const queues = database.status === 'up' ? await this.queues() : null;
    const anyDown = [database, objectStore].some(({ status }) => status === 'down') || queues === null;
    const allServed = Object.values(queues ?? {}).every(({ served }) => served);
    return {
      status: anyDown ? 'unavailable' : allServed ? 'ok' : 'degraded',
      stores: { database, objectStore },
      queues,
      ...this.models.describe(),
    };
  }

  /** Readiness is the answer here: what a probe throws is logged and shown as `down`. */
  private async probe(store: string, look: () => Promise<unknown>): Promise<StoreHealth> {
    const startedAt = performance.now();
    const latencyMs = (): number => Math.round(performance.now() - startedAt);
    try {
      await withinPatience(look());
      return { status: 'up', latencyMs: latencyMs() };
    } catch (error) {
      this.logger.warn('health.store-down', { store, error });
      return { status: 'down', latencyMs: latencyMs() };
    }
  }

  private async firstObject(): Promise<void> {
    for await (const _ of this.objects.list('health/')) return;
  }

  private async queues(): Promise<ReadinessReport['queues']> {
    try {
      const live = await withinPatience(this.workers.liveWorkers());
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

async function withinPatience<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${patienceMs} ms.`)), patienceMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
