import type { Logger } from '../logging/logger.port.js';

export interface PeriodicTaskOptions {
  /** For the log, e.g. `knowledge.reconcile`. */
  name: string;
  intervalMs: number;
  run: () => Promise<void>;
}

/** Runs at once and then after each interval, never twice at a time. A run that fails is logged and tried again. */
export class PeriodicTask {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = true;

  constructor(
    private readonly options: PeriodicTaskOptions,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.stopped = false;
    this.running = this.turn();
  }

  /** Resolves when the run in progress, if any, has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async turn(): Promise<void> {
    try {
      await this.options.run();
    } catch (error) {
      this.logger.error('task.failed', { task: this.options.name, error });
    }
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.turn();
    }, this.options.intervalMs).unref();
  }
}
