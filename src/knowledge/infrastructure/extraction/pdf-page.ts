import type { PdfLine } from './pdf-lines.js';
import { tableRows } from './pdf-table.js';

/** A stretch of a line without a wide gap: a whole line, its part in one column, or a table's cell. */
export type PdfFragment = PdfLine;

/** A gutter has at least so many lines on either side; fewer are a table, or chance. */
const fewestInColumn = 5;
/** Lines of running text fill so much of their column, but for the last of each paragraph. */
const filledShare = 0.6;
const fewestFilled = 0.5;
/** Of all lines, those that may cross a gutter: titles, tables, pictures' captions. */
const mostCrossing = 0.4;
/** Where a gutter may lie, as shares of the text's width. */
const gutterFrom = 0.25;
const gutterTo = 0.75;
/** How often the file's own order may go from side to side before it is not taken for reading order. */
const mostJumps = 6;

const joinFragments = (row: PdfFragment[]): PdfLine => {
  const last = row.at(-1)!;
  return {
    ...row[0]!,
    text: row.map(({ text }) => text).join(' '),
    right: last.right,
    endsInSpace: last.endsInSpace,
  };
};

type Side = 'left' | 'right' | 'across';

const sideOf = ({ left, right }: PdfFragment, gutter: number): Side => {
  if (right <= gutter) return 'left';
  return left >= gutter ? 'right' : 'across';
};

const isFilled = (side: PdfFragment[]): boolean => {
  const from = Math.min(...side.map(({ left }) => left));
  const width = Math.max(...side.map(({ right }) => right)) - from;
  const filled = side.filter(({ left, right }) => right - left >= width * filledShare);
  return side.length >= fewestInColumn && filled.length >= side.length * fewestFilled;
};

/** The middle of the white strip that parts two columns of running text; undefined when there is none. */
const findGutter = (fragments: PdfFragment[]): number | undefined => {
  const from = Math.min(...fragments.map(({ left }) => left));
  const width = Math.max(...fragments.map(({ right }) => right)) - from;
  const steps = 200;
  const crossing = new Uint32Array(steps + 1);
  for (const { left, right } of fragments) {
    const last = Math.floor(((right - from) / width) * steps);
    for (let step = Math.ceil(((left - from) / width) * steps); step <= last; step++) crossing[step]!++;
  }
  const [first, end] = [Math.ceil(steps * gutterFrom), Math.floor(steps * gutterTo)];
  const least = Math.min(...crossing.subarray(first, end + 1));
  if (!(least <= fragments.length * mostCrossing)) return undefined;
  const start = crossing.indexOf(least, first);
  let stop = start;
  while (stop < end && crossing[stop + 1] === least) stop++;
  const gutter = from + ((start + stop) / 2 / steps) * width;
  const [left, right] = (['left', 'right'] as const).map((side) =>
    fragments.filter((fragment) => sideOf(fragment, gutter) === side),
  ) as [PdfFragment[], PdfFragment[]];
  return isFilled(left) && isFilled(right) ? gutter : undefined;
};

const jumpsOver = (fragments: PdfFragment[], gutter: number): number => {
  let jumps = 0;
  let before: Side | undefined;
  for (const fragment of fragments) {
    const side = sideOf(fragment, gutter);
    if (before === 'right' && side === 'left') jumps++;
    if (side !== 'across') before = side;
  }
  return jumps;
};

/** Down the left column, then down the right one, between each two lines that cross the gutter. */
const columnByColumn = (fragments: PdfFragment[], gutter: number): PdfFragment[] => {
  const ordered: PdfFragment[] = [];
  let band: PdfFragment[] = [];
  const endBand = (): void => {
    for (const side of ['left', 'right'])
      ordered.push(...band.filter((fragment) => sideOf(fragment, gutter) === side));
    band = [];
  };
  for (const fragment of fragments.toSorted((a, b) => b.top - a.top || a.left - b.left)) {
    if (sideOf(fragment, gutter) !== 'across') band.push(fragment);
    else {
      endBand();
      ordered.push(fragment);
    }
  }
  endBand();
  return ordered;
};

/**
 * A page's lines in reading order. The file's own order is nearly always that; where it was written straight across
 * two columns, they are read one after the other. Lines of aligned cells become rows of a table.
 *
 * @param rows lines in the order of the file, each of its fragments from left to right
 */
export const arrangePage = (rows: PdfFragment[][]): PdfLine[] => {
  const fragments = rows.flat();
  const split = rows.filter(({ length }) => length > 1).length;
  if (fragments.length >= fewestInColumn * 2) {
    const gutter = findGutter(fragments);
    if (gutter !== undefined && jumpsOver(fragments, gutter) > mostJumps)
      return columnByColumn(fragments, gutter);
  }
  return split === 0 ? rows.map((row) => row[0]!) : tableRows(rows, joinFragments);
};
