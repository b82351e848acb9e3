import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '../../platform/logging/logger.port.js';
import { JobMetrics } from '../../platform/queue/job-metrics.js';
import { PeriodicTask } from '../../platform/queue/periodic-task.js';
import { RecoverSummariesService } from '../application/recover-summaries.service.js';

const intervalMs = 500;

@Injectable()
export class SummaryRecovery implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task: PeriodicTask;

  constructor(recovery: RecoverSummariesService, metrics: JobMetrics, logger: Logger) {
    const run = async (): Promise<void> => {
      const recovered = await recovery.recover();
      metrics.recovered('summary', recovered);
      if (recovered > 0) logger.warn('summary.recovered', { recovered });
    };
    this.task = new PeriodicTask({ name: 'summary.recover', intervalMs, run, skipsAfterStall: true }, logger);
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }
}
