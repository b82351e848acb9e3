import { planVectorSearch, type VectorEstimate, type VectorPlan } from './vector-plan.js';

const plansFor = (estimate: Partial<VectorEstimate>): VectorPlan[] =>
  planVectorSearch({
    limit: 100,
    chunksInScope: 50_000,
    matchingShare: 1,
    indexedRows: [50_000],
    ...estimate,
  });
const methodsFor = (estimate: Partial<VectorEstimate>): string[] =>
  plansFor(estimate).map(({ method }) => method);

describe('planVectorSearch', () => {
  it('asks the index for a large part of what it has', () => {
    expect(methodsFor({})[0]).toBe('indexed');
    expect(methodsFor({ matchingShare: 0.5 })[0]).toBe('indexed');
    expect(methodsFor({ chunksInScope: 25_000 })[0]).toBe('indexed');
  });

  it('looks the deeper into it the less of it may be found', () => {
    const depths = [1, 0.5, 0.25].map((matchingShare) => plansFor({ matchingShare })[0]!.depth);
    expect(depths).toEqual(depths.toSorted((a, b) => a - b));
    expect(depths[2]).toBeGreaterThanOrEqual(400);
  });

  it('reads what a filter leaves through its documents, and few collections through their vectors', () => {
    expect(methodsFor({ matchingShare: 0.001 })).toEqual(['by-document']);
    expect(methodsFor({ chunksInScope: 500 })).toEqual(['scanned', 'by-document']);
  });

  it('does not ask an index deeper than it can look', () => {
    const million = { indexedRows: [1_000_000], chunksInScope: 20_000 };
    expect(methodsFor(million)).toEqual(['scanned', 'by-document']);
  });

  it('scans where there is no index', () => {
    expect(methodsFor({ indexedRows: [] })).toEqual(['scanned', 'by-document']);
  });

  it('counts each index that has to be asked', () => {
    expect(methodsFor({ chunksInScope: 8_000, indexedRows: [8_000] })[0]).toBe('indexed');
    expect(methodsFor({ chunksInScope: 8_000, indexedRows: [2_000, 2_000, 2_000, 2_000] })[0]).toBe(
      'scanned',
    );
  });

  it('ends with the plan that always finds what there is', () => {
    for (const matchingShare of [0, 0.01, 0.3, 0.5, 1])
      for (const indexedRows of [[], [10_000], [50_000, 10_000]])
        expect(methodsFor({ matchingShare, indexedRows }).at(-1)).toBe('by-document');
  });

  it('never goes on with lists shorter than what is wanted', () => {
    for (const limit of [1, 10, 100])
      for (const { depth } of plansFor({ limit, matchingShare: 0.8 }))
        expect(depth).toBeGreaterThanOrEqual(limit);
  });
});
