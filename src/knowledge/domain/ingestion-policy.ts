/**
 * How long a claim holds without being renewed, and how often a worker that makes progress renews it: three renewals
 * may fail or come late.
 */
export const lease = { seconds: 2, renewMs: 500 } as const;

/** Claims after which a document fails for good. */
export const maxAttempts = 3;

const backOffMs = { first: 2_000, factor: 4 };

/** Wait before the next attempt, after `attempts` claims: 2 s, then 8 s; never sooner than the upstream asks. */
export const backOffAfter = (attempts: number, retryAfterSeconds = 0): number =>
  Math.max(backOffMs.first * backOffMs.factor ** (attempts - 1), retryAfterSeconds * 1_000);
