import type { JobContract, JobPayload } from './define-job.js';

export interface DispatchOptions {
  /**
   * `<work id>-<version>-<dispatch number>`: the same id is enqueued once, so a repeat is harmless and a retry
   * needs a new dispatch number (a retained finished or failed job swallows its own id). No `:`.
   */
  jobId: string;
  /** Milliseconds before it may start (a back-off). */
  delayMs?: number;
}

/**
 * Puts work on a queue. Writes an outbox row (joining an open transaction), enqueues after the commit, and
 * leaves the row to the outbox sweep when the queue is unreachable: an accepted dispatch is never lost.
 */
export abstract class JobDispatcher {
  abstract dispatch<Payload extends JobPayload>(
    contract: JobContract<Payload>,
    payload: Payload,
    options: DispatchOptions,
  ): Promise<void>;
}
