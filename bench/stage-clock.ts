/** Sums what each stage of a pipeline takes. */
export class StageClock {
  /** Milliseconds by stage. */
  readonly spent: Record<string, number> = {};

  async time<T>(stage: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const result = await work();
    this.spent[stage] = (this.spent[stage] ?? 0) + performance.now() - startedAt;
    return result;
  }
}
