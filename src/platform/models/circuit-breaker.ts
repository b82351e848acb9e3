import { AppError } from '../../shared/app-error.js';

const failuresToOpen = 5;
const openMs = 10_000;

/**
 * Spares an upstream that keeps failing, and its callers the wait: after five failures in a row calls are refused
 * for ten seconds, then one is let through to try.
 */
export class CircuitBreaker {
  private failures = 0;
  private openUntil = 0;
  private trying = false;

  constructor(
    private readonly upstream: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** @throws AppError `model.unavailable` while the circuit is open. */
  assertClosed(): void {
    if (this.failures < failuresToOpen) return;
    const waitMs = this.openUntil - this.now();
    if (waitMs <= 0 && !this.trying) {
      this.trying = true;
      return;
    }
    throw new AppError({
      code: 'model.unavailable',
      kind: 'unavailable',
      message: `The ${this.upstream} has failed repeatedly and is given a rest.`,
      retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)),
    });
  }

  /**
   * The upstream has begun to answer: a long answer must not keep the others out. Until it has ended well, one more
   * failure opens the circuit again.
   */
  responded(): void {
    this.failures = Math.min(this.failures, failuresToOpen - 1);
    this.trying = false;
  }

  succeeded(): void {
    this.failures = 0;
    this.trying = false;
  }

  failed(): void {
    this.failures++;
    this.trying = false;
    if (this.failures >= failuresToOpen) this.openUntil = this.now() + openMs;
  }

  /** The call ended without a verdict on the upstream: the caller gave up, or the request was at fault. */
  abandoned(): void {
    this.trying = false;
  }
}
