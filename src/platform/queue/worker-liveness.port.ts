import type { QueueName } from './define-job.js';

/** Whether anybody works on a queue. A worker that has made no progress for 3 s counts as dead. */
export abstract class WorkerLiveness {
  abstract isServed(queue: QueueName): Promise<boolean>;

  /** How many live workers each queue has. */
  abstract liveWorkers(): Promise<Record<QueueName, number>>;
}
