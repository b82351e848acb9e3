const windowMs = 10_000;

/** How many jobs a worker has started, a second, over the last ten. */
export class StartRate {
  private starts: number[] = [];

  constructor(private readonly now: () => number = Date.now) {}

  note(): void {
    this.starts.push(this.now());
  }

  /** Over the time since the first start where that is less: a worker that has just begun is not slow. At least 1 s. */
  perSecond(): number {
    const now = this.now();
    this.starts = this.starts.filter((at) => at > now - windowMs);
    const [first] = this.starts;
    return first === undefined ? 0 : this.starts.length / (Math.max(1_000, now - first) / 1_000);
  }
}
