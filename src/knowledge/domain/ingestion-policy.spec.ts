import { backOffAfter } from './ingestion-policy.js';

describe('the ingestion policy', () => {
  it('waits longer after each attempt, and as long as the upstream asks', () => {
    expect([backOffAfter(1), backOffAfter(2)]).toEqual([2_000, 8_000]);
    expect(backOffAfter(1, 60)).toBe(60_000);
    expect(backOffAfter(2, 1)).toBe(8_000);
  });
});
