import { BullModule, Processor } from '@nestjs/bullmq';
import { Injectable, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Queue, type ConnectionOptions } from 'bullmq';
import { IsOptional, IsString } from 'class-validator';
import { QueueConfig } from '../../src/platform/config/queue.config.js';
import { Database } from '../../src/platform/database/database.js';
import { Transaction } from '../../src/platform/database/transaction.port.js';
import { MetricsRegistry } from '../../src/platform/health/metrics-registry.js';
import { Logger } from '../../src/platform/logging/logger.port.js';
import { currentRequestId } from '../../src/platform/logging/request-context.js';
import { DatabaseWorkerLiveness } from '../../src/platform/queue/database-worker-liveness.js';
import { defineJob, queueNames } from '../../src/platform/queue/define-job.js';
import { JobDispatcher } from '../../src/platform/queue/job-dispatcher.port.js';
import { JobMetrics } from '../../src/platform/queue/job-metrics.js';
import type { QueueService } from '../../src/platform/queue/worker-liveness.port.js';
import { OutboxJobDispatcher } from '../../src/platform/queue/outbox-job-dispatcher.js';
import { queuesInDatabase } from '../../src/platform/queue/queue-connection.js';
import {
  handle,
  QueueProcessor,
  workerOptions,
  type JobHandler,
} from '../../src/platform/queue/queue-processor.js';
import { Queues } from '../../src/platform/queue/queues.js';
import { WorkerRuntime } from '../../src/platform/queue/worker-runtime.js';
import { AppError } from '../../src/shared/app-error.js';
import { SilentLogger } from '../fakes/silent-logger.js';
import { waitFor } from '../wait-for.js';
import { openTestDatabase, type TestDatabase } from './database.js';

class ProbePayload {
  @IsString()
  what: string;

  @IsOptional()
  @IsString()
  requestId: string | null;
}
const ProbeJob = defineJob({ queue: 'summary', name: 'probe-queue', payload: ProbePayload });

@Injectable()
class Journal {
  readonly entries: { what: string; requestId: string | null }[] = [];
  readonly aborted: string[] = [];
  onAbort: () => Promise<void> = async () => undefined;
}

@Processor('summary', workerOptions)
class ProbeProcessor extends QueueProcessor {
  protected readonly queue = 'summary' as const;
  protected readonly handlers: JobHandler[] = [
    handle(ProbeJob, async ({ what }, { signal }) => {
      this.journal.entries.push({ what, requestId: currentRequestId() });
      if (what === 'bad') throw new AppError({ code: 'probe.bad', kind: 'invalid', message: 'Bad.' });
      if (what !== 'long') return;
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve());
      });
      this.journal.aborted.push(what);
      await this.journal.onAbort();
    }),
  ];

  constructor(
    runtime: WorkerRuntime,
    private readonly journal: Journal,
  ) {
    super(runtime);
  }
}

describe('jobs through the outbox, on the embedded queues', () => {
  let db: TestDatabase;
  let app: TestingModule;
  let closeQueues: () => Promise<void>;
  let connection: ConnectionOptions;
  const logger = new SilentLogger();

  beforeAll(async () => {
    db = await openTestDatabase();
    const queues = queuesInDatabase(db.connection);
    closeQueues = () => queues.close();
    connection = queues.connection;
    @Module({
      imports: [
        BullModule.forRoot({ connection: queues.connection }),
        BullModule.registerQueue(...queueNames.map((name) => ({ name }))),
      ],
      providers: [
        Journal,
        Queues,
        ProbeProcessor,
        WorkerRuntime,
        DatabaseWorkerLiveness,
        JobMetrics,
        { provide: MetricsRegistry, useValue: new MetricsRegistry('test') },
        { provide: QueueConfig, useValue: Object.assign(new QueueConfig(), { shutdownGraceMs: 10 }) },
        { provide: Logger, useValue: logger },
        { provide: Database, useValue: db.database },
        { provide: Transaction, useValue: db.transaction },
        { provide: JobDispatcher, useClass: OutboxJobDispatcher },
      ],
    })
    class ProbeModule {}
    app = await Test.createTestingModule({ imports: [ProbeModule] }).compile();
    await app.init();
  });
  afterAll(async () => {
    await closeQueues();
    await db.close();
  });

  const dispatch = (what: string, jobId: string): Promise<void> =>
    app.get(JobDispatcher).dispatch(ProbeJob, { what, requestId: 'req-1' }, { jobId });
  const entriesOf = (what: string): unknown[] =>
    app.get(Journal).entries.filter((entry) => entry.what === what);
  const outbox = async (): Promise<number> => (await db.database.query('SELECT 1 FROM outbox')).length;

  it('runs a job once, with the request id of its cause, and leaves no outbox row', async () => {
    await dispatch('one', 'one-1-1');
    await dispatch('one', 'one-1-1');
    await waitFor(() => entriesOf('one').length > 0);
    await waitFor(async () => (await outbox()) === 0);
    expect(entriesOf('one')).toEqual([{ what: 'one', requestId: 'req-1' }]);
  });

  it('runs nothing of a transaction that is rolled back', async () => {
    const failing = db.transaction.run(async () => {
      await dispatch('never', 'never-1-1');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await dispatch('after', 'after-1-1');
    await waitFor(() => entriesOf('after').length > 0);
    expect(entriesOf('never')).toEqual([]);
  });

  it('sweeps up what a crash between commit and enqueue has left', async () => {
    await db.database.query(
      `INSERT INTO outbox (job_id, queue, name, payload, created_at)
       VALUES ('left-1-1', 'summary', 'probe-queue', '{"what":"left","requestId":null}', now() - interval '1 minute')`,
    );
    const dispatcher = app.get<OutboxJobDispatcher>(JobDispatcher);
    expect(await dispatcher.sweep()).toBe(1);
    await waitFor(() => entriesOf('left').length > 0);
    expect(await dispatcher.sweep()).toBe(0);
  });

  it('refuses a payload that is not of its contract', async () => {
    const wrong = app
      .get(JobDispatcher)
      .dispatch(ProbeJob, { requestId: null } as ProbePayload, { jobId: 'w-1-1' });
    await expect(wrong).rejects.toMatchObject({ code: 'job.payload-invalid' });
    expect(await outbox()).toBe(0);
  });

  it('keeps a job that failed for good where an operator sees it', async () => {
    await dispatch('bad', 'bad-1-1');
    const queue = app.get(Queues).get('summary');
    await waitFor(async () => (await queue.getFailedCount()) === 1);
    const [failed] = await queue.getFailed();
    expect(failed?.failedReason).toBe('probe.bad');
    expect(logger.lines).toContainEqual(expect.objectContaining({ level: 'error', message: 'job.failed' }));
  });

  it('counts as served while it runs, and hands running work back on shutdown', async () => {
    const liveness = app.get(DatabaseWorkerLiveness);
    expect(await liveness.liveWorkers()).toEqual({ chat: 0, knowledge: 0, summary: 1 });
    await dispatch('long', 'long-1-1');
    const speed = async (): Promise<QueueService> => liveness.serviceOf('summary');
    await waitFor(() => entriesOf('long').length > 0);
    await waitFor(async () => (await speed()).startedPerSecond > 0);
    expect(await speed()).toMatchObject({ liveWorkers: 1, slots: 2 });
    // The worker's second place waits for its next job: a pause does not end that.
    await waitFor(() => app.get(ProbeProcessor).worker['waiting'] !== null);
    app.get(Journal).onAbort = async () => {
      await dispatch('long', 'long-1-2');
      await waitFor(async () => (await outbox()) === 0);
    };
    await app.close();
    expect(app.get(Journal).aborted).toEqual(['long']);
    expect((await liveness.serviceOf('summary')).liveWorkers).toBe(0);
    // For the next process, not for this one once more.
    expect(entriesOf('long')).toHaveLength(1);
    const queue = new Queue('summary', { connection });
    expect((await queue.getWaiting()).map(({ id }) => id)).toEqual(['long-1-2']);
    await queue.close();
  });
});
