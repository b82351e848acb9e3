import {
  beforeAll as beforeAllChunks,
  contiguousRanges,
  rangesToReplace,
  rowsThatFit,
  type IndexedRange,
} from './vector-index-ranges.js';

const at = (number: number): string =>
  number === 0 ? beforeAllChunks : `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;

const range = (after: number, until: number): IndexedRange => ({
  name: `${after}-${until}`,
  after: at(after),
  until: at(until),
  rows: until - after,
});

const namesOf = (ranges: IndexedRange[]): string[] => ranges.map(({ name }) => name);

describe('contiguousRanges', () => {
  it('follows the ranges from the first chunk on, in whatever order they come', () => {
    expect(namesOf(contiguousRanges([range(5, 9), range(0, 5), range(9, 10)]))).toEqual([
      '0-5',
      '5-9',
      '9-10',
    ]);
  });

  it('takes the range that replaces others as soon as it is there, and them no more', () => {
    expect(namesOf(contiguousRanges([range(0, 5), range(5, 9), range(0, 12)]))).toEqual(['0-12']);
    expect(namesOf(contiguousRanges([range(0, 5), range(5, 9), range(5, 12)]))).toEqual(['0-5', '5-12']);
  });

  it('ends at a gap: what lies after it is scanned', () => {
    expect(namesOf(contiguousRanges([range(0, 5), range(6, 9)]))).toEqual(['0-5']);
    expect(contiguousRanges([range(5, 9)])).toEqual([]);
    expect(contiguousRanges([])).toEqual([]);
  });

  it('comes to an end with a range that is none', () => {
    expect(contiguousRanges([range(0, 0)])).toEqual([]);
  });
});

describe('rangesToReplace', () => {
  const limits = { minRows: 10, maxRows: 1_000 };

  it('builds nothing over few', () => {
    expect(rangesToReplace([], 9, limits)).toBeUndefined();
    expect(rangesToReplace([], 10, limits)).toBe(0);
  });

  it('builds into one what is of a size, and lets alone what is much larger', () => {
    expect(rangesToReplace([range(0, 20)], 10, limits)).toBe(1);
    expect(rangesToReplace([range(0, 21)], 10, limits)).toBe(0);
    expect(rangesToReplace([range(0, 100), range(100, 120)], 10, limits)).toBe(1);
    expect(rangesToReplace([range(0, 60), range(60, 80)], 10, limits)).toBe(2);
  });

  it('builds no index that is larger than what fits into memory', () => {
    expect(rangesToReplace([range(0, 995)], 600, limits)).toBe(0);
  });

  it('keeps the number of indexes and of builds small while vectors come in', () => {
    const chain: IndexedRange[] = [];
    let [built, most] = [0, 0];
    for (let last = 10; last <= 100_000; last += 10) {
      const replaced = rangesToReplace(chain, 10, { minRows: 10, maxRows: 1_000_000 })!;
      const after = last - 10 - chain.slice(chain.length - replaced).reduce((sum, { rows }) => sum + rows, 0);
      chain.splice(chain.length - replaced, replaced, range(after, last));
      built += last - after;
      most = Math.max(most, chain.length);
    }
    expect(chain.reduce((sum, { rows }) => sum + rows, 0)).toBe(100_000);
    // log2 (100,000 / 10) is 13.3
    expect(most).toBeLessThanOrEqual(14);
    expect(built / 100_000).toBeLessThanOrEqual(14);
  });
});

describe('rowsThatFit', () => {
  it('counts the components and what the graph takes beside them', () => {
    expect(rowsThatFit(256, 384)).toBeGreaterThan(100_000);
    expect(rowsThatFit(256, 384)).toBeLessThan((256 * 1_048_576) / (2 * 384));
    expect(rowsThatFit(256, 3_072)).toBeLessThan(rowsThatFit(256, 384));
  });
});
