import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { queueNames, type QueueName } from './define-job.js';
import { WorkerLiveness, type QueueService } from './worker-liveness.port.js';

export const deadAfterSeconds = 3;

@Injectable()
export class DatabaseWorkerLiveness extends WorkerLiveness {
  constructor(private readonly database: Database) {
    super();
  }

  async serviceOf(queue: QueueName): Promise<QueueService> {
    const [service] = await this.database.query<QueueService>(
      `SELECT count(*)::integer AS "liveWorkers", COALESCE(sum(slots), 0)::integer AS slots,
              COALESCE(sum(started_per_second), 0)::double precision AS "startedPerSecond"
       FROM worker_heartbeat
       WHERE queue = $1 AND progress_at > now() - make_interval(secs => $2)`,
      [queue, deadAfterSeconds],
    );
    return service!;
  }

  async liveWorkers(): Promise<Record<QueueName, number>> {
    const rows = await this.database.query<{ queue: QueueName; workers: string }>(
      `SELECT queue, count(*) AS workers FROM worker_heartbeat
       WHERE progress_at > now() - make_interval(secs => $1) GROUP BY queue`,
      [deadAfterSeconds],
    );
    const counts = new Map(rows.map(({ queue, workers }) => [queue, Number(workers)]));
    const entries = queueNames.map((queue) => [queue, counts.get(queue) ?? 0] as const);
    return Object.fromEntries(entries) as Record<QueueName, number>;
  }
}
