import { pairedDifference } from '../../bench/paired-bootstrap.js';
import { evaluationPage } from '../../bench/evaluation-page.js';
import { measure } from '../../bench/retrieval-metrics.js';
import { syntheticTask } from '../../bench/synthetic-task.js';

describe('measures of retrieval', () => {
  it('are those of the literature', () => {
    const relevant = new Map([
      ['a', 3],
      ['b', 1],
    ]);
    const { ndcg10, recall5, recall10, mrr10 } = measure([
      { ranking: ['x', 'a', 'y', 'z', 'u', 'b'], relevant },
    ]);
    const ideal = 3 / Math.log2(2) + 1 / Math.log2(3);
    expect(ndcg10).toBeCloseTo((3 / Math.log2(3) + 1 / Math.log2(7)) / ideal, 12);
    expect([recall5, recall10, mrr10]).toEqual([0.5, 1, 0.5]);
  });

  it('count nothing twice or beyond the tenth place', () => {
    const ranking = [...'0123456789'.split(''), 'a'];
    expect(measure([{ ranking, relevant: new Map([['a', 1]]) }])).toMatchObject({
      ndcg10: 0,
      recall10: 0,
      mrr10: 0,
    });
  });
});

describe('pairedDifference', () => {
  it('tells a difference from noise, and says the same each time', () => {
    const theirs = Array.from({ length: 200 }, (_, question) => (question % 7) / 7);
    const better = theirs.map((score, question) => score + (question % 3 === 0 ? 0.3 : 0));
    const noise = theirs.map((score, question) => score + (question % 2 === 0 ? 0.2 : -0.2));
    const clear = pairedDifference(better, theirs);
    expect(clear.mean).toBeCloseTo((0.3 * 67) / 200, 12);
    expect(clear.low).toBeGreaterThan(0);
    expect(clear.high).toBeLessThan(0.15);
    const none = pairedDifference(noise, theirs);
    expect(none.low).toBeLessThan(0);
    expect(none.high).toBeGreaterThan(0);
    expect(pairedDifference(better, theirs)).toEqual(clear);
  });

  it('refuses what is not paired', () => {
    expect(() => pairedDifference([1], [1, 2])).toThrow('Cannot pair 1 scores with 2.');
  });
});

describe('the synthetic set', () => {
  it('is the same every time and asks for one passage each', () => {
    const task = syntheticTask();
    expect(task).toEqual(syntheticTask());
    expect(new Set(task.documents.map(({ id }) => id)).size).toBe(240);
    expect(task.queries).toHaveLength(240);
    for (const { id } of task.queries) expect(task.judgements.get(id)!.size).toBe(1);
    expect(task.queries.every(({ text }) => !/[$#]/.test(text))).toBe(true);
  });
});

describe('the page of an evaluation', () => {
  it('shows each configuration, and text as text', () => {
    const metrics = { queries: 2, ndcg10: 0.5, recall5: 0.25, recall10: 1, mrr10: 0.75 };
    const arm = {
      arm: '<hybrid>',
      ...metrics,
      evenNdcg10: 0,
      oddNdcg10: 1,
      p50Ms: 3,
      p95Ms: 9,
      scores: [0, 1],
    };
    const task = { task: 'own', documents: 7, indexBytes: 1_048_576, indexSeconds: 2, arms: [arm] };
    const difference = { mean: -0.01, low: -0.02, high: 0.005 };
    const page = evaluationPage(
      { at: '2026', database: 'embedded', embedder: 'hashed', bm25: { k1: 1 }, tasks: [task] },
      [{ task: 'own', arm: '<hybrid>', against: 'lexical', difference }],
      [],
    );
    expect(page).toContain('own, &#60;hybrid&#62;');
    expect(page).not.toContain('<hybrid>');
    expect(page).toContain('9.0 (p50 3.0)');
    expect(page).toContain('-0.0200 to +0.0050');
    expect(page).not.toContain('Against the run before');
  });
});
