import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { queueNames, type QueueName } from './define-job.js';
import { WorkerLiveness } from './worker-liveness.port.js';

export const deadAfterSeconds = 3;

@Injectable()
export class DatabaseWorkerLiveness extends WorkerLiveness {
  constructor(private readonly database: Database) {
    super();
  }

  async isServed(queue: QueueName): Promise<boolean> {
    return (await this.liveWorkers())[queue] > 0;
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
