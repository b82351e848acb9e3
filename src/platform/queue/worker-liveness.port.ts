import type { QueueName } from './define-job.js';

/** What the live workers of a queue can do. */
export interface QueueService {
  liveWorkers: number;
  /** Jobs that they run at the same time. */
  slots: number;
  /** Jobs that they have started, over their last ten seconds. */
  startedPerSecond: number;
}

/** Whether anybody works on a queue. A worker that has made no progress for 3 s counts as dead. */
export abstract class WorkerLiveness {
  abstract serviceOf(queue: QueueName): Promise<QueueService>;

  /** How many live workers each queue has. */
  abstract liveWorkers(): Promise<Record<QueueName, number>>;
}
