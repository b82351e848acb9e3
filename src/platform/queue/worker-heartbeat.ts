import { newId } from '../../shared/ids.js';
import type { Database } from '../database/database.js';
import type { Logger } from '../logging/logger.port.js';
import type { QueueName } from './define-job.js';
import { PeriodicTask } from './periodic-task.js';
import { StartRate } from './start-rate.js';

const intervalMs = 1_000;
/** Rows of workers that died without a word are kept this long, for an operator to see. */
const forgetDeadAfter = '1 hour';

/** One worker's progress row, written each second through the event loop and the store: both must work. */
export class WorkerHeartbeat {
  private readonly instanceId = newId();
  private readonly task: PeriodicTask;
  private readonly starts = new StartRate();

  constructor(
    private readonly work: { queue: QueueName; slots: number },
    private readonly database: Database,
    logger: Logger,
  ) {
    this.task = new PeriodicTask(
      { name: `${work.queue}.heartbeat`, intervalMs, run: () => this.beat() },
      logger,
    );
  }

  /** Resolves when the first row is written: from then on the queue counts as served. */
  async start(): Promise<void> {
    await this.beat();
    this.task.start();
  }

  /** A job has been started. */
  noteStart(): void {
    this.starts.note();
  }

  /** A worker that leaves in good order does not count from then on. */
  async stop(): Promise<void> {
    await this.task.stop();
    await this.database.execute(
      `DELETE FROM worker_heartbeat
       WHERE instance_id = $1 OR (queue = $2 AND progress_at < now() - $3::interval)`,
      [this.instanceId, this.work.queue, forgetDeadAfter],
    );
  }

  private async beat(): Promise<void> {
    await this.database.execute(
      `INSERT INTO worker_heartbeat (instance_id, queue, slots, started_per_second) VALUES ($1, $2, $3, $4)
       ON CONFLICT (instance_id) DO UPDATE
       SET progress_at = now(), slots = excluded.slots, started_per_second = excluded.started_per_second`,
      [this.instanceId, this.work.queue, this.work.slots, this.starts.perSecond()],
    );
  }
}
