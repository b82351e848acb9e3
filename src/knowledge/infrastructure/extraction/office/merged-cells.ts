/** Cells that one value fills, from the upper left one on. */
export interface MergedRange {
  column: number;
  firstRow: number;
  lastRow: number;
}

/** A sheet that was merged together more than that is a form, and reads well without. */
const mostRanges = 20_000;
/** More than a range's element is long. */
const carriedChars = 200;

const reference = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/;
const rangeElement =
  /<(?:\w+:)?mergeCell\s[^>]{0,100}?ref\s*=\s*["']([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})["']/g;

/** Column and row from 0. */
export const parseReference = (text: string): { column: number; row: number } | undefined => {
  const match = reference.exec(text);
  if (!match) return undefined;
  let column = 0;
  for (const letter of match[1]!) column = column * 26 + letter.charCodeAt(0) - 64;
  return { column: column - 1, row: Number(match[2]) - 1 };
};

/**
 * The ranges that reach over more than one row. They stand behind the rows that they are about: the part is searched
 * before it is read, as bytes, which takes a tenth of the time of reading it.
 */
export const findMergedCells = async (source: AsyncIterable<Buffer>): Promise<MergedRange[]> => {
  const ranges: MergedRange[] = [];
  let carried = '';
  for await (const piece of source) {
    const text = carried + piece.toString('latin1');
    let end = 0;
    for (const match of text.matchAll(rangeElement)) {
      end = match.index + match[0].length;
      const [from, to] = [parseReference(match[1]!), parseReference(match[2]!)];
      if (from && to && to.row > from.row && ranges.length < mostRanges)
        ranges.push({ column: from.column, firstRow: from.row, lastRow: to.row });
    }
    carried = text.slice(Math.max(end, text.length - carriedChars));
  }
  return ranges.sort((a, b) => a.firstRow - b.firstRow);
};

/** Fills the values of merged cells downwards, row by row. */
export class MergedCells<Cell extends { column: number }> {
  private next = 0;
  private readonly open = new Map<number, { cell: Cell | undefined; range: MergedRange }>();

  /** @param ranges ascending by their first row */
  constructor(private readonly ranges: MergedRange[]) {}

  /** @param cells of the row, ascending; @returns them with what stands in merged ones */
  fill(row: number, cells: Cell[]): Cell[] {
    for (const [column, { range }] of this.open) if (range.lastRow < row) this.open.delete(column);
    const filled = this.open.size === 0 ? cells : this.withOpen(cells);
    for (
      let range = this.ranges[this.next];
      range && range.firstRow <= row;
      range = this.ranges[++this.next]
    ) {
      const { column } = range;
      if (range.firstRow === row)
        this.open.set(column, { cell: cells.find((cell) => cell.column === column), range });
    }
    return filled;
  }

  private withOpen(cells: Cell[]): Cell[] {
    const byColumn = new Map(cells.map((cell) => [cell.column, cell]));
    for (const [column, { cell }] of this.open) if (cell && !byColumn.has(column)) byColumn.set(column, cell);
    return [...byColumn.values()].sort((a, b) => a.column - b.column);
  }
}
