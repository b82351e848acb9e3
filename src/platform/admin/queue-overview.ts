import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { Database } from '../database/database.js';
import { Queues } from '../queue/queues.js';
import type { QueueName } from '../queue/define-job.js';
import { WorkerLiveness } from '../queue/worker-liveness.port.js';

export interface FailedJob {
  id: string;
  name: string;
  reason: string;
  attempts: number;
  finishedAt: Date | null;
}

export interface QueueState {
  name: string;
  liveWorkers: number;
  /** Jobs by state, as BullMQ names them. */
  counts: Record<string, number>;
  /** Accepted, but not known to be on the queue yet. */
  inOutbox: number;
  /** The newest. */
  failed: FailedJob[];
}

const states = ['waiting', 'active', 'delayed', 'completed', 'failed'] as const;
const failedShown = 20;

/** What an operator looks at first. */
@Injectable()
export class QueueOverview {
  constructor(
    private readonly queues: Queues,
    private readonly workers: WorkerLiveness,
    private readonly database: Database,
  ) {}

  async read(): Promise<QueueState[]> {
    const live = await this.workers.liveWorkers();
    const outbox = await this.database.query<{ queue: string; jobs: string }>(
      'SELECT queue, count(*) AS jobs FROM outbox GROUP BY queue',
    );
    return Promise.all(
      this.queues.all().map(async (queue) => ({
        name: queue.name,
        liveWorkers: live[queue.name as QueueName] ?? 0,
        inOutbox: Number(outbox.find((row) => row.queue === queue.name)?.jobs ?? 0),
        counts: await queue.getJobCounts(...states),
        failed: await failedOf(queue),
      })),
    );
  }
}

async function failedOf(queue: Queue): Promise<FailedJob[]> {
  const jobs = await queue.getJobs(['failed'], 0, failedShown - 1);
  return jobs.map((job) => ({
    id: String(job.id),
    name: job.name,
    reason: job.failedReason ?? '',
    attempts: job.attemptsMade,
    finishedAt: job.finishedOn === undefined || job.finishedOn === null ? null : new Date(job.finishedOn),
  }));
}
