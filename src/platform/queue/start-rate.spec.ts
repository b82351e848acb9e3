import { StartRate } from './start-rate.js';

describe('StartRate', () => {
  let now = 0;
  let rate: StartRate;
  beforeEach(() => {
    now = 1_000_000;
    rate = new StartRate(() => now);
  });

  it('is 0 while nothing has started', () => {
    expect(rate.perSecond()).toBe(0);
  });

  it('is of the time since the first start, and of the last ten seconds', () => {
    for (let job = 0; job < 20; job++) {
      rate.note();
      now += 200;
    }
    expect(rate.perSecond()).toBe(5);
    now += 6_001;
    expect(rate.perSecond()).toBeLessThan(3);
    now += 10_000;
    expect(rate.perSecond()).toBe(0);
  });

  it('takes a burst for what it is in a second', () => {
    for (let job = 0; job < 16; job++) rate.note();
    expect(rate.perSecond()).toBe(16);
  });
});
