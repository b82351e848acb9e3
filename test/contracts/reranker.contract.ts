import type { Reranker } from '../../src/platform/models/reranker.port.js';

/** What every `Reranker` keeps, real ones included. */
export const rerankerContract = (open: () => Promise<Reranker>): void => {
  const passages = ['granite is a rock', '', 'the annual leave is 15 days', '연차 휴가는 15일이다', '🙂'];

  it('answers one finite score for each passage, in their order, none for none', async () => {
    const reranker = await open();
    const scores = await reranker.rerank('how long is the annual leave', passages);
    expect(scores).toHaveLength(passages.length);
    expect(scores.filter((score) => !Number.isFinite(score))).toEqual([]);
    expect(Math.max(...scores)).toBe(scores[2]);
    expect(await reranker.rerank('anything', [])).toEqual([]);
  });

  it('judges a passage alike wherever it stands', async () => {
    const reranker = await open();
    const forwards = await reranker.rerank('annual leave', passages);
    const backwards = await reranker.rerank('annual leave', passages.toReversed());
    backwards.toReversed().forEach((score, position) => expect(score).toBeCloseTo(forwards[position]!, 3));
  });
};
