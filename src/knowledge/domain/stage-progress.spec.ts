import { embedding, extracting, indexing, isWhole } from './stage-progress.js';

const pages = (done: number, total: number) => ({ done, total, unit: 'pages' }) as const;

describe('the progress of an ingestion', () => {
  it('is counted over the whole, never backwards from stage to stage', () => {
    expect([0, 1, 2, 5, -1].map((done) => extracting(pages(done, 2)).percent)).toEqual([0, 15, 30, 30, 0]);
    expect([0, 1, 4, 8].map((done) => embedding(done, 8).percent)).toEqual([30, 38, 63, 95]);
    expect(indexing(8).percent).toBe(95);
    expect(embedding(0, 0).percent).toBe(30);
    expect(extracting(null).percent).toBe(0);
  });

  it('names what was counted, and knows when a stage is through', () => {
    expect(extracting(pages(1, 2)).counts).toEqual({ done: 1, total: 2, unit: 'pages' });
    expect(indexing(8).counts).toEqual(embedding(8, 8).counts);
    expect([extracting(null), extracting(pages(1, 2)), extracting(pages(2, 2))].map(isWhole)).toEqual([
      false,
      false,
      true,
    ]);
  });
});
