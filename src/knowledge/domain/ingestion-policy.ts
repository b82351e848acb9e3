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

/** Share of the whole ingestion, in percent, that is done at the end of each stage. */
const shares = { extracting: 30, embedding: 95 };

export const extractionProgress = (percent: number): number =>
  Math.round((Math.min(Math.max(percent, 0), 100) * shares.extracting) / 100);

export const embeddingProgress = (done: number, total: number): number =>
  shares.extracting + Math.round(((shares.embedding - shares.extracting) * done) / Math.max(total, 1));
