import type { DeliveryError } from './webhook.js';

/** What came of one attempt. */
export interface AttemptOutcome {
  /** Null when there was no answer. */
  responseStatus: number | null;
  /** Null when the receiver took it. */
  error: DeliveryError | null;
  /** What the receiver asked for. */
  retryAfterSeconds: number | null;
}

export type NextStep =
  | { kind: 'delivered' }
  | { kind: 'retry'; delayMs: number }
  | { kind: 'failed' }
  /** The receiver wants no more of them. */
  | { kind: 'gone' };

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Waits after the first, second … attempt: a restart is over in seconds, an outage that is noticed on Monday in days. */
const waitsMs = [5 * second, minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour, 12 * hour, 24 * hour];
const longestWaitMs = 24 * hour;
/** Up to this share is added, so that what failed together does not come back together. */
const jitter = 0.2;

export const maxAttempts = waitsMs.length + 1;

/**
 * @param attempts those so far, this one included
 * @param random from 0 to 1
 */
export function nextStep(outcome: AttemptOutcome, attempts: number, random: number): NextStep {
  if (outcome.error === null) return { kind: 'delivered' };
  if (outcome.responseStatus === 410) return { kind: 'gone' };
  const waitMs = waitsMs[attempts - 1];
  if (waitMs === undefined) return { kind: 'failed' };
  const askedMs = Math.min((outcome.retryAfterSeconds ?? 0) * second, longestWaitMs);
  return { kind: 'retry', delayMs: Math.round(Math.max(waitMs, askedMs) * (1 + jitter * random)) };
}

/** Redirects are not followed: the receiver's address is the one that was given. */
export const isTaken = (status: number): boolean => status >= 200 && status < 300;
