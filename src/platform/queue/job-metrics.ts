import type { QueueName } from './define-job.js';

/** Counts and durations of jobs, by queue and name. */
export abstract class JobMetrics {
  abstract finished(queue: QueueName, job: string, outcome: 'completed' | 'failed', durationMs: number): void;
}
