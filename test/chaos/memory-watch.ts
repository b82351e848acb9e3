import { memoryMibOf } from '../process-memory.js';
import type { Role } from './fleet.js';

export interface MemorySample {
  /** Since the start of the watch. */
  seconds: number;
  role: Role;
  pid: number;
  residentMib: number;
}

const everyMs = 1_000;

/** The resident memory of every process (`VmRSS`), once a second. */
export class MemoryWatch {
  readonly samples: MemorySample[] = [];
  private readonly startedAt = Date.now();
  private readonly timer = setInterval(() => this.look(), everyMs);

  constructor(private readonly running: () => { role: Role; pid: number }[]) {}

  end(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const seconds = Math.round((Date.now() - this.startedAt) / 1_000);
    for (const { role, pid } of this.running()) {
      const residentMib = memoryMibOf(pid, 'VmRSS');
      if (residentMib !== undefined)
        this.samples.push({ seconds, role, pid, residentMib: Math.round(residentMib) });
    }
  }
}
