import type { Transaction } from '../../src/platform/database/transaction.port.js';
import type { JobContract, JobPayload } from '../../src/platform/queue/define-job.js';
import { JobDispatcher, type DispatchOptions } from '../../src/platform/queue/job-dispatcher.port.js';
import { parsePayload } from '../../src/platform/queue/parse-payload.js';

type Handlers = Record<string, (payload: never) => Promise<void>>;

interface Dispatched {
  name: string;
  payload: JobPayload;
  options: DispatchOptions;
}

/** A queue that a test empties by itself: a job id counts once, and nothing is dispatched by a rollback. */
export class DrainableJobs extends JobDispatcher {
  readonly waiting: Dispatched[] = [];
  private readonly known = new Set<string>();

  constructor(private readonly transaction: Pick<Transaction, 'afterCommit'>) {
    super();
  }

  async dispatch<Payload extends JobPayload>(
    contract: JobContract<Payload>,
    payload: Payload,
    options: DispatchOptions,
  ): Promise<void> {
    const job = { name: contract.name, payload: parsePayload(contract, payload), options };
    this.transaction.afterCommit(() => {
      if (this.known.has(options.jobId)) return;
      this.known.add(options.jobId);
      this.waiting.push(job);
    });
  }

  /** Handles what waits, and what that dispatches, in order. @returns the errors of failed jobs. */
  async drain(handlers: Handlers): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (let job = this.waiting.shift(); job; job = this.waiting.shift()) {
      const handler = handlers[job.name];
      if (!handler) throw new Error(`The test prepared no handler for the job "${job.name}".`);
      await handler(job.payload as never).catch((error: unknown) => failures.push(error));
    }
    return failures;
  }

  /** The queue loses everything that it holds. */
  lose(): void {
    this.waiting.length = 0;
  }
}
