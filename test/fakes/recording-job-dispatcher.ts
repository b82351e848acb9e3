import { JobDispatcher, type DispatchOptions } from '../../src/platform/queue/job-dispatcher.port.js';
import type { JobContract, JobPayload } from '../../src/platform/queue/define-job.js';

export interface DispatchedJob {
  name: string;
  payload: JobPayload;
  jobId: string;
  delayMs: number;
}

/** Keeps jobs until a test takes them; the same id is enqueued once, as on the real queue. */
export class RecordingJobDispatcher extends JobDispatcher {
  private readonly seen = new Set<string>();
  private jobs: DispatchedJob[] = [];

  async dispatch<Payload extends JobPayload>(
    contract: JobContract<Payload>,
    payload: Payload,
    options: DispatchOptions,
  ): Promise<void> {
    if (this.seen.has(options.jobId)) return;
    this.seen.add(options.jobId);
    this.jobs.push({
      name: contract.name,
      payload,
      jobId: options.jobId,
      delayMs: options.delayMs ?? 0,
    });
  }

  /** The jobs since the last call. */
  take(): DispatchedJob[] {
    const taken = this.jobs;
    this.jobs = [];
    return taken;
  }
}
