/** One approximate index: the vectors of a model whose chunk ids are greater than `after`, up to `until`. */
export interface IndexedRange {
  name: string;
  after: string;
  until: string;
  rows: number;
}

/** Before the first chunk. */
export const beforeAll = '00000000-0000-0000-0000-000000000000';

/**
 * The ranges that follow each other without a gap from the first chunk on, oldest first: what a search may rely on. Of
 * two with the same start the longer one, for it was built to replace the other.
 */
export function contiguousRanges<Range extends IndexedRange>(ranges: Range[]): Range[] {
  const chain: Range[] = [];
  for (let next = longestFrom(ranges, beforeAll); next; next = longestFrom(ranges, next.until))
    chain.push(next);
  return chain;
}

const longestFrom = <Range extends IndexedRange>(ranges: Range[], start: string): Range | undefined =>
  ranges
    .filter(({ after, until }) => after === start && until > after)
    .reduce<Range | undefined>((a, b) => (a && a.until >= b.until ? a : b), undefined);

export interface RangeLimits {
  /** Fewer vectors that no index covers are scanned. */
  minRows: number;
  /** An index of more would not be built in memory. */
  maxRows: number;
}

/**
 * Whether to build an index over what none covers, and how many of the newest ranges it replaces: those that are not
 * more than twice what it would have without them, so that a vector is built into about log₂(all / minRows) indexes in its
 * time, and a search asks about as many. (An insertion costs 10 to 30 times a vector's share of a build.)
 *
 * @param chain contiguous, oldest first
 * @param fresh vectors after them
 * @returns undefined: nothing to build
 */
export function rangesToReplace(
  chain: IndexedRange[],
  fresh: number,
  { minRows, maxRows }: RangeLimits,
): number | undefined {
  if (fresh < minRows) return undefined;
  let rows = fresh;
  let replaced = 0;
  for (const range of chain.toReversed()) {
    if (range.rows > 2 * rows || range.rows + rows > maxRows) break;
    rows += range.rows;
    replaced++;
  }
  return replaced;
}

/** Bytes of an HNSW graph in memory for one vector, besides its components: the element and its neighbours (m = 24). */
const graphBytes = 1_100;
const componentBytes = 2;

/** How many vectors an index may have so that its graph is built within the memory. */
export const rowsThatFit = (memoryMb: number, dimensions: number): number =>
  Math.floor((memoryMb * 1_048_576) / (graphBytes + componentBytes * dimensions));
