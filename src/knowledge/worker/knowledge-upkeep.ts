import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { KnowledgeConfig } from '../../platform/config/knowledge.config.js';
import { Logger } from '../../platform/logging/logger.port.js';
import { JobMetrics } from '../../platform/queue/job-metrics.js';
import { PeriodicTask } from '../../platform/queue/periodic-task.js';
import { ReconcileIngestion } from '../application/reconcile-ingestion.service.js';
import { SweepLeftovers } from '../application/sweep-leftovers.service.js';

/** Looks after what crashes leave, at the start of the worker and from then on. */
@Injectable()
export class KnowledgeUpkeep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly shutdown = new AbortController();
  private readonly tasks: PeriodicTask[];

  constructor(
    reconciler: ReconcileIngestion,
    sweep: SweepLeftovers,
    config: KnowledgeConfig,
    metrics: JobMetrics,
    logger: Logger,
  ) {
    this.tasks = [
      {
        name: 'knowledge.reconcile',
        intervalMs: config.reconcileIntervalMs,
        run: async () => metrics.recovered('knowledge', await reconciler.execute()),
        skipsAfterStall: true,
      },
      {
        name: 'knowledge.sweep',
        intervalMs: config.sweepIntervalMs,
        run: () => sweep.execute(this.shutdown.signal),
      },
    ].map((options) => new PeriodicTask(options, logger));
  }

  onApplicationBootstrap(): void {
    for (const task of this.tasks) task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.shutdown.abort();
    await Promise.all(this.tasks.map((task) => task.stop()));
  }
}
