import fc from 'fast-check';
import { refusalOf, type AdmissionLimits, type QueueSituation } from './admission.js';

const limits: AdmissionLimits = { queueLimit: 100, startPromiseSeconds: 30, answersPerOwner: 20 };

const situation = (change: Partial<QueueSituation> = {}): QueueSituation => ({
  liveWorkers: 1,
  slots: 16,
  startedPerSecond: 2,
  waiting: 0,
  running: 0,
  oldestWaitMs: 0,
  waitingOwners: 0,
  own: { waiting: 0, running: 0 },
  ...change,
});

const refused = (change: Partial<QueueSituation>) => refusalOf(situation(change), limits);

describe('the dam', () => {
  it('is open while nobody waits', () => {
    expect(refused({})).toBeNull();
    expect(refused({ startedPerSecond: 0, running: 16 })).toBeNull();
  });

  it('is closed without a live worker, whatever else', () => {
    expect(refused({ liveWorkers: 0 })?.code).toBe('chat.no-live-worker');
  });

  it('takes as many as can start in time at the speed of the queue, and says when the next may', () => {
    const busy = { running: 16, waitingOwners: 50 };
    expect(refused({ ...busy, waiting: 60 })).toBeNull();
    expect(refused({ ...busy, waiting: 61 })).toEqual({ code: 'chat.queue-slow', retryAfterSeconds: 1 });
    expect(refused({ ...busy, waiting: 90 })).toEqual({ code: 'chat.queue-slow', retryAfterSeconds: 15 });
  });

  it('counts free slots as no wait', () => {
    expect(refused({ waiting: 76, waitingOwners: 50, running: 0 })).toBeNull();
  });

  it('is closed while one waits longer than promised, though the speed is not known', () => {
    expect(refused({ startedPerSecond: 0, waiting: 1, oldestWaitMs: 30_001 })).toEqual({
      code: 'chat.queue-slow',
      retryAfterSeconds: 1,
    });
  });

  it('takes no more than may wait', () => {
    expect(refused({ waiting: 100, startedPerSecond: 50, waitingOwners: 100 })?.code).toBe('chat.queue-full');
  });

  it('takes no more of one owner than one may have', () => {
    expect(refused({ own: { waiting: 0, running: 19 } })).toBeNull();
    expect(refused({ own: { waiting: 5, running: 15 } })).toEqual({
      code: 'chat.too-many-answers',
      retryAfterSeconds: 1,
    });
  });

  it('leaves each owner its share of a queue that is half full', () => {
    const crowded = { waiting: 55, startedPerSecond: 50, waitingOwners: 10 };
    expect(refused({ ...crowded, own: { waiting: 10, running: 0 } })?.code).toBe('chat.too-many-answers');
    expect(refused({ ...crowded, own: { waiting: 9, running: 0 } })).toBeNull();
    expect(refused({ ...crowded, own: { waiting: 0, running: 0 } })).toBeNull();
    expect(refused({ ...crowded, waiting: 49, own: { waiting: 15, running: 0 } })).toBeNull();
  });

  it('would take it after the time that it tells, if nobody else came', () => {
    const count = fc.integer({ min: 0, max: 300 });
    const any = fc.record({
      slots: fc.integer({ min: 1, max: 100 }),
      startedPerSecond: fc.integer({ min: 3, max: 100 }),
      waiting: count,
      waitingOwners: fc.integer({ min: 1, max: 50 }),
      own: fc.record({ waiting: fc.integer({ min: 0, max: 50 }), running: fc.integer({ min: 0, max: 50 }) }),
    });
    fc.assert(
      fc.property(any, ({ own, waiting, ...given }) => {
        const before = situation({ ...given, waiting: waiting + own.waiting, running: given.slots, own });
        const refusal = refusalOf(before, limits);
        if (!refusal) return;
        const gone = refusal.retryAfterSeconds * before.startedPerSecond;
        const leftOf = (waiting: number): number => Math.max(0, waiting - gone);
        const after = {
          ...before,
          waiting: leftOf(before.waiting),
          own: { waiting: leftOf(own.waiting), running: leftOf(own.running) },
        };
        expect(refusalOf(after, limits)?.code).not.toBe(refusal.code);
      }),
      { numRuns: 5_000 },
    );
  });
});
