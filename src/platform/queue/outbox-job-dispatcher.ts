import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { crashPoint } from '../../shared/crash-point.js';
import { Database } from '../database/database.js';
import { Transaction } from '../database/transaction.port.js';
import { within } from '../time/within.js';
import { Logger } from '../logging/logger.port.js';
import type { JobContract, JobPayload, QueueName } from './define-job.js';
import { JobDispatcher, type DispatchOptions } from './job-dispatcher.port.js';
import { parsePayload } from './parse-payload.js';
import { Queues } from './queues.js';

interface OutboxRow {
  job_id: string;
  queue: QueueName;
  name: string;
  payload: JobPayload;
  not_before: Date;
}

/** How long finished jobs stay for an operator to look at. */
const retention = {
  removeOnComplete: { age: 3_600, count: 1_000 },
  removeOnFail: { age: 7 * 24 * 3_600, count: 10_000 },
};

/** A dispatch that has not reached its queue after this long is taken up by the sweep. */
const sweepAfterSeconds = 2;
const sweepBatch = 200;
/** A queue whose server is away waits for it; the sweep can do that better. */
const patienceMs = 5_000;

@Injectable()
export class OutboxJobDispatcher extends JobDispatcher implements BeforeApplicationShutdown {
  private readonly underway = new Set<Promise<void>>();
  private enqueued: string[] = [];
  private forgetting: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly transaction: Transaction,
    private readonly queues: Queues,
    private readonly logger: Logger,
  ) {
    super();
  }

  async dispatch<Payload extends JobPayload>(
    contract: JobContract<Payload>,
    payload: Payload,
    options: DispatchOptions,
  ): Promise<void> {
    const [row] = await this.database.query<OutboxRow>(
      `INSERT INTO outbox (job_id, queue, name, payload, not_before)
       VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5)) ON CONFLICT (job_id) DO NOTHING RETURNING *`,
      [
        options.jobId,
        contract.queue,
        contract.name,
        JSON.stringify(parsePayload(contract, payload)),
        (options.delayMs ?? 0) / 1_000,
      ],
    );
    if (row) this.transaction.afterCommit(() => this.send(row));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.underway);
  }

  /** Enqueues what an unreachable queue or a crash after the commit has left behind. @returns how many. */
  async sweep(): Promise<number> {
    const rows = await this.database.query<OutboxRow>(
      `SELECT job_id, queue, name, payload, not_before FROM outbox
       WHERE created_at < now() - make_interval(secs => $1) ORDER BY created_at LIMIT $2`,
      [sweepAfterSeconds, sweepBatch],
    );
    for (const row of rows) await this.enqueue(row);
    return rows.length;
  }

  private send(row: OutboxRow): void {
    const sent = this.enqueue(row)
      .catch((error: unknown) => {
        this.logger.warn('queue.enqueue-failed', { queue: row.queue, jobId: row.job_id, error });
      })
      .finally(() => this.underway.delete(sent));
    this.underway.add(sent);
  }

  /** The same job id is enqueued once, so running into another sweep is harmless. */
  private async enqueue(row: OutboxRow): Promise<void> {
    const delay = Math.max(0, row.not_before.getTime() - Date.now());
    const options = { jobId: row.job_id, delay, attempts: 1, ...retention };
    crashPoint('outbox.before-enqueue');
    await within(patienceMs, this.queues.get(row.queue).add(row.name, row.payload, options));
    crashPoint('outbox.after-enqueue');
    await this.forget(row.job_id);
  }

  /** One statement at a time: what is enqueued while one is under way goes together in the next. */
  private forget(jobId: string): Promise<void> {
    this.enqueued.push(jobId);
    this.forgetting = this.forgetting
      .catch(() => undefined) // Told to those that it concerned; the sweep finds the rows.
      .then(() => this.forgetAll());
    return this.forgetting;
  }

  private async forgetAll(): Promise<void> {
    const jobIds = this.enqueued;
    this.enqueued = [];
    if (jobIds.length > 0)
      await this.database.execute('DELETE FROM outbox WHERE job_id = ANY ($1::text[])', [jobIds]);
  }
}
