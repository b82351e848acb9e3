import type { Logger } from '../logging/logger.port.js';

export interface PeriodicTaskOptions {
  /** For the log, e.g. `knowledge.reconcile`. */
  name: string;
  intervalMs: number;
  run: () => Promise<void>;
  /**
   * For who judges by leases: the stall that made this process late (a busy event loop, a machine short of CPU) may
   * have kept others from renewing theirs. They get one more interval.
   */
  skipsAfterStall?: boolean;
}

/** Timers of a healthy process are not this late. */
const stallMs = 500;

/** Runs at once and then after each interval, never twice at a time. A run that fails is logged and tried again. */
export class PeriodicTask {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = true;
  private skipped = false;

  constructor(
    private readonly options: PeriodicTaskOptions,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.stopped = false;
    this.running = this.turn(performance.now());
  }

  /** Resolves when the run in progress, if any, has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async turn(dueAt: number): Promise<void> {
    try {
      if (!this.skips(performance.now() - dueAt)) await this.options.run();
    } catch (error) {
      this.logger.error('task.failed', { task: this.options.name, error });
    }
    if (this.stopped) return;
    const nextAt = performance.now() + this.options.intervalMs;
    this.timer = setTimeout(() => {
      this.running = this.turn(nextAt);
    }, this.options.intervalMs).unref();
  }

  /** Never twice in a row: a machine that is always late must not keep everybody waiting. */
  private skips(lateMs: number): boolean {
    this.skipped = this.options.skipsAfterStall === true && lateMs > stallMs && !this.skipped;
    return this.skipped;
  }
}
