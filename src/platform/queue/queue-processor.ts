import { setMaxListeners } from 'node:events';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { WorkerHost } from '@nestjs/bullmq';
import { UnrecoverableError, WaitingError, type Job, type WorkerOptions } from 'bullmq';
import { crashPoint } from '../../shared/crash-point.js';
import { toAppError } from '../../shared/problem.js';
import { runInRequestContext } from '../logging/request-context.js';
import { contractsOf, type JobContract, type JobPayload, type QueueName } from './define-job.js';
import { parsePayload } from './parse-payload.js';
import type { WorkerHeartbeat } from './worker-heartbeat.js';
import type { WorkerRuntime } from './worker-runtime.js';

/**
 * For every `@Processor(queue, workerOptions)`. What a lost worker had claimed is found by the rows' leases. A job that
 * it had taken and not yet claimed is found by BullMQ alone, which should be no slower; a job that is called stalled
 * although its worker lives finds its row claimed, and ends. So the lock is short, and the count no limit.
 */
export const workerOptions: Partial<WorkerOptions> = {
  lockDuration: 2_000,
  stalledInterval: 500,
  maxStalledCount: 10_000,
};

export interface RunningJob {
  id: string;
  /** Aborts when the process shuts down and the grace period is over: give the claim back, then return. */
  signal: AbortSignal;
}

export interface JobHandler {
  contract: JobContract<JobPayload>;
  run(data: unknown, job: RunningJob): Promise<void>;
}

export const handle = <Payload extends JobPayload>(
  contract: JobContract<Payload>,
  work: (payload: Payload, job: RunningJob) => Promise<void>,
): JobHandler => ({ contract, run: (data, job) => work(parsePayload(contract, data), job) });

/** Parses, restores the request's context, calls the handler, logs start and end, maps the error. */
export abstract class QueueProcessor
  extends WorkerHost
  implements OnApplicationBootstrap, BeforeApplicationShutdown
{
  protected abstract readonly queue: QueueName;
  protected abstract readonly handlers: JobHandler[];
  private readonly shutdown = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private heartbeat: WorkerHeartbeat | undefined;

  constructor(private readonly runtime: WorkerRuntime) {
    super();
  }

  async onApplicationBootstrap(): Promise<void> {
    this.assertHandlers();
    // One listener for each job that runs.
    setMaxListeners(0, this.shutdown.signal);
    this.worker.concurrency = this.runtime.config[`${this.queue}Concurrency`];
    this.worker.on('error', (error) =>
      this.runtime.logger.error('queue.worker-error', { queue: this.queue, error }),
    );
    this.heartbeat = this.runtime.heartbeat(this.queue);
    await this.heartbeat.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.pause(true);
    await this.heartbeat?.stop();
    const settled = Promise.allSettled(this.running);
    const grace = new Promise<void>((resolve) => {
      setTimeout(resolve, this.runtime.config.shutdownGraceMs).unref();
    });
    await Promise.race([settled, grace]);
    this.shutdown.abort(new Error('The process is shutting down.'));
    await settled;
  }

  async process(job: Job, token?: string): Promise<void> {
    if (this.worker.isPaused()) await giveBack(job, token);
    const work = this.run(job);
    this.running.add(work);
    try {
      await work;
    } finally {
      this.running.delete(work);
    }
  }

  private run(job: Job): Promise<void> {
    const requestId = (job.data as JobPayload | undefined)?.requestId ?? null;
    return runInRequestContext({ requestId }, async () => {
      const { logger, metrics } = this.runtime;
      const fields = { queue: this.queue, job: job.name, jobId: job.id };
      const startedAt = performance.now();
      const elapsedMs = (): number => Math.round(performance.now() - startedAt);
      this.heartbeat?.noteStart();
      logger.debug('job.started', fields);
      try {
        const handler = this.handlers.find(({ contract }) => contract.name === job.name);
        if (!handler) throw new UnrecoverableError(`No handler for the job "${job.name}".`);
        crashPoint(`${this.queue}.before-claim`);
        await handler.run(job.data, { id: String(job.id), signal: this.shutdown.signal });
        crashPoint(`${this.queue}.before-ack`);
        logger.info('job.completed', { ...fields, durationMs: elapsedMs() });
        metrics.finished(this.queue, job.name, 'completed', elapsedMs());
      } catch (error) {
        logger.error('job.failed', { ...fields, durationMs: elapsedMs(), error });
        metrics.finished(this.queue, job.name, 'failed', elapsedMs());
        const known = toAppError(error);
        throw known.retryable ? error : new UnrecoverableError(known.code);
      }
    });
  }

  private assertHandlers(): void {
    const handled = this.handlers.map(({ contract }) => contract.name).sort();
    const defined = contractsOf(this.queue)
      .map(({ name }) => name)
      .sort();
    if (handled.join() !== defined.join())
      throw new Error(
        `The ${this.queue} worker handles [${handled.join(', ')}], but its queue has the jobs [${defined.join(', ')}].`,
      );
  }
}

/**
 * A paused worker takes one more job when its wait for the next one ends, which may be the very job that it has just
 * handed on. The next process has it.
 */
async function giveBack(job: Job, token: string | undefined): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}
