import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../shared/app-error.js';

export interface WorkerPoolOptions<Request, Response> {
  /** The compiled entry, which calls `serveTasks`. */
  entry: URL;
  /** The same computation in this thread; used where there is no compiled entry (sources run by a test runner). */
  inProcess: (request: Request) => Response | Promise<Response>;
  size: number;
}

interface Task<Request, Response> {
  request: Request;
  resolve(response: Response): void;
  reject(error: unknown): void;
}

type Reply<Response> = { ok: true; response: Response } | { ok: false; message: string };

const died = (cause?: unknown): AppError =>
  new AppError({
    code: 'platform.worker-thread-died',
    kind: 'unavailable',
    message: 'A worker thread ended before it had finished its work.',
    cause,
  });

/**
 * A few threads for CPU-heavy work, started at first use, one task each at a time. Idle threads do not keep the
 * process alive; a thread that dies fails its task alone and is replaced by the next one.
 */
export class WorkerPool<Request, Response> {
  private readonly queue: Task<Request, Response>[] = [];
  private readonly idle: Worker[] = [];
  private readonly busy = new Map<Worker, Task<Request, Response>>();
  private readonly threaded: boolean;
  private closed = false;

  constructor(private readonly options: WorkerPoolOptions<Request, Response>) {
    this.threaded = existsSync(fileURLToPath(options.entry));
  }

  /** @throws AppError `platform.worker-thread-died` (retryable); the signal's reason when it is aborted. */
  async run(request: Request, signal?: AbortSignal): Promise<Response> {
    signal?.throwIfAborted();
    if (this.closed) throw died();
    if (!this.threaded) {
      await new Promise((resolve) => setImmediate(resolve));
      return this.options.inProcess(request);
    }
    return new Promise<Response>((resolve, reject) => {
      const task = { request, resolve, reject };
      const onAbort = (): void => {
        const at = this.queue.indexOf(task);
        if (at !== -1) this.queue.splice(at, 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const settle =
        <T>(finish: (value: T) => void) =>
        (value: T): void => {
          signal?.removeEventListener('abort', onAbort);
          finish(value);
        };
      task.resolve = settle(resolve);
      task.reject = settle(reject);
      this.queue.push(task);
      this.assign();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const task of this.queue.splice(0)) task.reject(died());
    await Promise.all([...this.idle.splice(0), ...this.busy.keys()].map((worker) => worker.terminate()));
  }

  private assign(): void {
    while (this.queue.length > 0 && (this.idle.length > 0 || this.busy.size < this.options.size)) {
      const worker = this.idle.pop() ?? this.start();
      const task = this.queue.shift()!;
      this.busy.set(worker, task);
      worker.ref();
      worker.postMessage(task.request);
    }
  }

  private start(): Worker {
    const worker = new Worker(this.options.entry, { resourceLimits: { maxOldGenerationSizeMb: 1_024 } });
    worker.on('message', (reply: Reply<Response>) => {
      const task = this.busy.get(worker);
      this.busy.delete(worker);
      this.idle.push(worker);
      worker.unref();
      if (reply.ok) task?.resolve(reply.response);
      else task?.reject(new Error(reply.message));
      this.assign();
    });
    // 'exit' follows every 'error'
    let failure: unknown;
    worker.on('error', (error) => (failure = error));
    worker.on('exit', () => this.forget(worker, failure));
    return worker;
  }

  private forget(worker: Worker, cause: unknown): void {
    const at = this.idle.indexOf(worker);
    if (at !== -1) this.idle.splice(at, 1);
    const task = this.busy.get(worker);
    this.busy.delete(worker);
    task?.reject(died(cause));
    if (!this.closed) this.assign();
  }
}
