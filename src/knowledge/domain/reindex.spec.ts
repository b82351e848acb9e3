import { reindexStatusOf } from './reindex.js';

describe('reindexStatusOf', () => {
  it.each([
    [{ total: 3, done: 3, failed: 0, allQueued: false }, 'running'],
    [{ total: 3, done: 2, failed: 1, allQueued: true }, 'running'],
    [{ total: 3, done: 3, failed: 1, allQueued: true }, 'failed'],
    [{ total: 3, done: 3, failed: 0, allQueued: true }, 'completed'],
    [{ total: 0, done: 0, failed: 0, allQueued: true }, 'completed'],
  ])('%j is %s', (counts, status) => {
    expect(reindexStatusOf(counts)).toBe(status);
  });
});
