import { lease } from '../domain/ingestion-policy.js';

/** What was claimed is in other hands, superseded or deleted: stop, and touch nothing any more. */
export class ClaimLost extends Error {
  constructor() {
    super('The claim is lost.');
    this.name = 'ClaimLost';
  }
}

/**
 * Keeps a claim alive while its work goes on. `signal` aborts when the claim is lost or the process shuts down;
 * `lost` says which.
 */
export class ClaimLease {
  readonly signal: AbortSignal;
  private readonly loss = new AbortController();
  private readonly timer: NodeJS.Timeout;

  /** @param extend renews the claim in the store; false when it is lost. */
  constructor(
    private readonly extend: () => Promise<boolean>,
    shutdown: AbortSignal,
  ) {
    this.signal = AbortSignal.any([this.loss.signal, shutdown]);
    this.timer = setInterval(() => void this.renew(), lease.renewMs);
  }

  get lost(): boolean {
    return this.loss.signal.aborted;
  }

  lose(): void {
    this.loss.abort(new ClaimLost());
  }

  /** @throws ClaimLost, or the reason of the shutdown. */
  assertHeld(): void {
    this.signal.throwIfAborted();
  }

  release(): void {
    clearInterval(this.timer);
  }

  /** A store that cannot be reached is not yet a lost claim; the next write will tell. */
  private async renew(): Promise<void> {
    const held = await this.extend().catch(() => true);
    if (!held) this.lose();
  }
}
