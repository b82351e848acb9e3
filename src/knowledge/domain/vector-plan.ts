/** How the vector arm finds the nearest chunks. What was chosen and why, for the trace. */
export interface VectorPlan {
  /**
   * `indexed`: approximate indexes, and a scan of what they do not cover; `scanned`: every vector of the collections,
   * then the documents of the nearest; `by-document`: the vectors of the documents that satisfy the filter.
   */
  method: 'indexed' | 'scanned' | 'by-document';
  /** How many of the nearest each list holds, before the filter. `by-document` filters first. */
  depth: number;
}

export interface VectorEstimate {
  /** How many chunks are wanted. */
  limit: number;
  /** Searchable chunks of the collections. */
  chunksInScope: number;
  /** Of these, the share whose documents satisfy the filter, 0 to 1; 1 without a filter. */
  matchingShare: number;
  /** Vectors in each approximate index, of all owners. */
  indexedRows: number[];
}

/*
 * What things cost, in scanned vectors (`npm run bench:search`; 384 dimensions, PostgreSQL 15, pgvector 0.8).
 */
/** One more candidate of an approximate index. */
const indexCandidateCost = 14;
/** Asking an approximate index at all. */
const indexCost = 2_000;
/** One vector that is reached through its document and chunk. */
const byDocumentCost = 3;

/** At least so many candidates of an approximate index, for the recall of those that are kept. */
const minDepth = 200;
/** The most that pgvector looks for at a time (`hnsw.ef_search`). */
const maxDepth = 1_000;
/** Lists are filtered after the fact, and shares are estimates. */
const safety = 2;

/**
 * Ways to find `limit` chunks, the cheapest first. Estimates may be wrong: an answer from lists that turn out too short is
 * not taken, and the next way is gone. The last one always finds what there is.
 */
export function planVectorSearch(estimate: VectorEstimate): [VectorPlan, ...VectorPlan[]] {
  const exact = exactPlans(estimate);
  const { limit, chunksInScope, matchingShare, indexedRows } = estimate;
  const all = indexedRows.reduce((sum, rows) => sum + rows, 0);
  if (all === 0) return exact;
  const matching = chunksInScope * matchingShare;
  const share = Math.min(1, matching / all);
  const needed = Math.max(minDepth, listDepth(limit, share));
  // What is left out may be just what lies around the question: then the few others are far down the list.
  const depth = Math.min(maxDepth, Math.ceil(needed / share));
  const cost = indexedRows.length * (indexCost + depth * indexCandidateCost);
  return needed <= maxDepth && cost < exactCost(exact[0], estimate)
    ? [{ method: 'indexed', depth }, ...exact]
    : exact;
}

function exactPlans({ limit, matchingShare }: VectorEstimate): [VectorPlan, ...VectorPlan[]] {
  const byDocument: VectorPlan = { method: 'by-document', depth: limit };
  return matchingShare * byDocumentCost > 1
    ? [{ method: 'scanned', depth: listDepth(limit, matchingShare) }, byDocument]
    : [byDocument];
}

const exactCost = ({ method }: VectorPlan, { chunksInScope, matchingShare }: VectorEstimate): number =>
  method === 'scanned' ? chunksInScope : chunksInScope * matchingShare * byDocumentCost;

const listDepth = (limit: number, share: number): number =>
  share > 0 ? Math.ceil((limit / share) * safety) : Number.POSITIVE_INFINITY;
