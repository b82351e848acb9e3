import { Injectable } from '@nestjs/common';
import { QueueConfig } from '../config/queue.config.js';
import { Database } from '../database/database.js';
import { Logger } from '../logging/logger.port.js';
import type { QueueName } from './define-job.js';
import { JobMetrics } from './job-metrics.js';
import { WorkerHeartbeat } from './worker-heartbeat.js';

/** What every processor needs besides its own services. */
@Injectable()
export class WorkerRuntime {
  constructor(
    readonly logger: Logger,
    readonly metrics: JobMetrics,
    readonly config: QueueConfig,
    private readonly database: Database,
  ) {}

  heartbeat(queue: QueueName): WorkerHeartbeat {
    const slots = this.config[`${queue}Concurrency`];
    return new WorkerHeartbeat({ queue, slots }, this.database, this.logger);
  }
}
