import { CircuitBreaker } from './circuit-breaker.js';

let now: number;
let breaker: CircuitBreaker;
beforeEach(() => {
  now = 1_000_000;
  breaker = new CircuitBreaker('language model server', () => now);
});

/** Whether a call would go through; one that does while the circuit is half open is the one that tries. */
const letsThrough = (): boolean => {
  try {
    breaker.assertClosed();
    return true;
  } catch {
    return false;
  }
};

const fail = (times: number): void => {
  for (let time = 0; time < times; time++) {
    breaker.assertClosed();
    breaker.failed();
  }
};

/** Five failures and the rest after them. */
const halfOpen = (): void => {
  fail(5);
  now += 10_000;
};

describe('CircuitBreaker', () => {
  it('lets four failures in a row pass and refuses after the fifth', () => {
    fail(4);
    expect(letsThrough()).toBe(true);
    breaker.failed();
    expect(letsThrough()).toBe(false);
  });

  it('counts failures in a row only', () => {
    fail(4);
    breaker.succeeded();
    fail(4);
    expect(letsThrough()).toBe(true);
  });

  it('says what is unavailable, that it may pass, and when to come back', () => {
    fail(5);
    now += 6_500;
    expect(() => breaker.assertClosed()).toThrow(
      expect.objectContaining({
        code: 'model.unavailable',
        kind: 'unavailable',
        retryable: true,
        retryAfterSeconds: 4,
        message: expect.stringContaining('language model server'),
      }),
    );
  });

  it('lets a single call try after ten seconds, however many ask', () => {
    fail(5);
    now += 9_999;
    expect(letsThrough()).toBe(false);
    now += 1;
    expect([letsThrough(), letsThrough(), letsThrough()]).toEqual([true, false, false]);
    expect(() => breaker.assertClosed()).toThrow(expect.objectContaining({ retryAfterSeconds: 1 }));
  });

  it('closes when the try succeeds, and has forgotten the failures', () => {
    halfOpen();
    breaker.assertClosed();
    breaker.succeeded();
    fail(4);
    expect(letsThrough()).toBe(true);
  });

  it('opens for another ten seconds when the try fails', () => {
    halfOpen();
    fail(1);
    now += 9_999;
    expect(letsThrough()).toBe(false);
    now += 1;
    expect(letsThrough()).toBe(true);
  });

  it('lets the next one try when the try was abandoned', () => {
    halfOpen();
    breaker.assertClosed();
    breaker.abandoned();
    expect([letsThrough(), letsThrough()]).toEqual([true, false]);
  });

  it('lets others through as soon as the try begins to answer, but trusts it no further than one failure', () => {
    halfOpen();
    breaker.assertClosed();
    breaker.responded();
    expect([letsThrough(), letsThrough()]).toEqual([true, true]);
    breaker.failed();
    expect(letsThrough()).toBe(false);
  });

  it('goes on counting failures of answers that broke off', () => {
    for (let time = 0; time < 5; time++) {
      breaker.assertClosed();
      breaker.responded();
      breaker.failed();
    }
    expect(letsThrough()).toBe(false);
  });

  it('counts nothing for a call without a verdict', () => {
    fail(4);
    breaker.assertClosed();
    breaker.abandoned();
    expect(letsThrough()).toBe(true);
    breaker.failed();
    expect(letsThrough()).toBe(false);
  });
});
