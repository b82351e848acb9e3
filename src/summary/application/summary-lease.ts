import type { SummaryClaim, SummaryWorkRepository } from './summary-work.repository.js';

/** The claim holds this long without a sign of life: three renewals may fail or come late. */
export const leaseMs = 2_000;
const renewEveryMs = 500;

/** Somebody else took over, or what the work was about has been deleted: whatever is in hand is void. */
export class ClaimLostError extends Error {}

/** Renews a claim while work goes on; `signal` aborts when the claim is lost or cannot be renewed. */
export class SummaryLease {
  private readonly lost = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private renewal: Promise<void> = Promise.resolve();

  constructor(
    private readonly work: SummaryWorkRepository,
    private readonly claim: SummaryClaim,
  ) {
    this.timer = setInterval(() => {
      this.renewal = this.renewal.then(() => this.renew());
    }, renewEveryMs);
    this.timer.unref();
  }

  get signal(): AbortSignal {
    return this.lost.signal;
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.renewal;
  }

  private async renew(): Promise<void> {
    if (this.lost.signal.aborted) return;
    try {
      if (!(await this.work.renew(this.claim, leaseMs))) this.lost.abort(new ClaimLostError());
    } catch (error) {
      this.lost.abort(error);
    }
  }
}
