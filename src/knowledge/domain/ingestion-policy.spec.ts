import { backOffAfter, embeddingProgress, extractionProgress } from './ingestion-policy.js';

describe('the ingestion policy', () => {
  it('waits longer after each attempt, and as long as the upstream asks', () => {
    expect([backOffAfter(1), backOffAfter(2)]).toEqual([2_000, 8_000]);
    expect(backOffAfter(1, 60)).toBe(60_000);
    expect(backOffAfter(2, 1)).toBe(8_000);
  });

  it('counts progress over the whole, never backwards from stage to stage', () => {
    expect([0, 50, 100, 400, -1].map(extractionProgress)).toEqual([0, 15, 30, 30, 0]);
    expect(embeddingProgress(0, 8)).toBe(extractionProgress(100));
    expect([1, 4, 8].map((done) => embeddingProgress(done, 8))).toEqual([38, 63, 95]);
    expect(embeddingProgress(0, 0)).toBe(30);
  });
});
