/** Collects what one search did, for `trace: true`. */
export class SearchTrace {
  private readonly notes: Record<string, unknown>;
  private readonly timingsMs: Record<string, number>;

  /** @param earlier what `toRecord` gave of the steps before */
  constructor(earlier: Record<string, unknown> = {}) {
    this.notes = { ...earlier };
    this.timingsMs = { ...(earlier.timingsMs as Record<string, number> | undefined) };
  }

  note(fields: Record<string, unknown>): void {
    Object.assign(this.notes, fields);
  }

  time<T>(step: string, work: () => T): T {
    const start = performance.now();
    try {
      return work();
    } finally {
      this.timingsMs[step] = elapsedSince(start);
    }
  }

  async timeAsync<T>(step: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.timingsMs[step] = elapsedSince(start);
    }
  }

  toRecord(): Record<string, unknown> {
    return { ...this.notes, timingsMs: this.timingsMs };
  }
}

const elapsedSince = (start: number): number => Math.round((performance.now() - start) * 100) / 100;
