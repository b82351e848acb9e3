import { Injectable } from '@nestjs/common';
import { MetricsRegistry } from '../health/metrics-registry.js';
import { queueNames, type QueueName } from './define-job.js';

/** Durations, and with them the counts, of jobs by queue, name and outcome; what reconcilers had to take up. */
@Injectable()
export class JobMetrics {
  private readonly durations;
  private readonly recoveries;

  constructor(metrics: MetricsRegistry) {
    this.durations = metrics.histogram({
      name: 'job_duration_seconds',
      help: 'Duration of jobs by queue, job and outcome.',
      labelNames: ['queue', 'job', 'outcome'],
      buckets: [0.005, 0.02, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    });
    this.recoveries = metrics.counter({
      name: 'work_recovered_total',
      help: 'Work that had lost its worker or its job and was sent on its way again, by queue.',
      labelNames: ['queue'],
    });
    for (const queue of queueNames) this.recoveries.inc({ queue }, 0);
  }

  recovered(queue: QueueName, count: number): void {
    this.recoveries.inc({ queue }, count);
  }

  finished(queue: QueueName, job: string, outcome: 'completed' | 'failed', durationMs: number): void {
    this.durations.observe({ queue, job, outcome }, durationMs / 1_000);
  }
}
