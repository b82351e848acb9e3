import { isTaken, maxAttempts, nextStep, type AttemptOutcome } from './delivery-policy.js';

describe('what follows an attempt', () => {
  const failed = (more: Partial<AttemptOutcome> = {}): AttemptOutcome => ({
    responseStatus: 500,
    error: 'status',
    retryAfterSeconds: null,
    ...more,
  });
  const delay = (outcome: AttemptOutcome, attempts: number, random = 0): number => {
    const step = nextStep(outcome, attempts, random);
    return step.kind === 'retry' ? step.delayMs : NaN;
  };

  it('nothing when it was taken', () => {
    expect(nextStep({ responseStatus: 204, error: null, retryAfterSeconds: null }, 1, 0)).toEqual({
      kind: 'delivered',
    });
    expect([199, 200, 202, 299, 300, 301, 404].map(isTaken)).toEqual([
      false,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('ever longer waits, then the end', () => {
    const waits = Array.from({ length: maxAttempts - 1 }, (_, before) => delay(failed(), before + 1));
    expect(waits[0]).toBe(5_000);
    expect(waits).toEqual(waits.toSorted((one, other) => one - other));
    expect(new Set(waits).size).toBe(waits.length);
    expect(nextStep(failed(), maxAttempts, 0)).toEqual({ kind: 'failed' });
  });

  it('not sooner than the receiver asks, but within a day', () => {
    expect(delay(failed({ retryAfterSeconds: 90 }), 1)).toBe(90_000);
    expect(delay(failed({ retryAfterSeconds: 1 }), 1)).toBe(5_000);
    expect(delay(failed({ retryAfterSeconds: 10_000_000 }), 1)).toBe(24 * 3_600_000);
  });

  it('spread by up to a fifth', () => {
    expect(delay(failed(), 1, 1)).toBe(6_000);
    expect(delay(failed(), 1, 0.5)).toBe(5_500);
  });

  it('no further attempt when the receiver is gone for good', () => {
    expect(nextStep(failed({ responseStatus: 410 }), 1, 0)).toEqual({ kind: 'gone' });
  });
});
