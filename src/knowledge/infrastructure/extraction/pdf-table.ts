import { markdownTable } from './markdown-table.js';
import { startsItem, type PdfLine } from './pdf-lines.js';

/** Two rows may be a list with its numbers set apart. */
const fewestRows = 3;
const fewestColumns = 2;
/** Cells are short; what fills lines is text in columns. */
const longestCell = 80;
/** Rows further apart than this many times their height belong to two tables. */
const rowDistance = 4;

interface Column {
  left: number;
  right: number;
}

const overlaps = (column: Column, { left, right }: PdfLine): boolean =>
  left < column.right && right > column.left;

/** The column of each cell, undefined unless each has one of its own. Full rows count off: headings are often centred. */
const columnsOf = (columns: Column[], cells: PdfLine[]): Column[] | undefined => {
  const isFull = cells.length === columns.length;
  const found = cells.map((cell, at) => {
    const hit = columns.filter((column) => overlaps(column, cell));
    return isFull && hit.length === 0 ? columns[at]! : hit.length === 1 ? hit[0]! : undefined;
  });
  const own = found.filter((column) => column !== undefined);
  const inOrder = own.every(
    (column, at) => at === 0 || columns.indexOf(column) > columns.indexOf(own[at - 1]!),
  );
  return own.length === cells.length && inOrder ? own : undefined;
};

const grow = (columns: Column[], cells: PdfLine[]): void =>
  columns.forEach((column, at) => {
    column.left = Math.min(column.left, cells[at]!.left);
    column.right = Math.max(column.right, cells[at]!.right);
  });

const mayBeRow = (cells: PdfLine[]): boolean =>
  cells.length >= fewestColumns &&
  !startsItem({ ...cells[0]!, text: `${cells[0]!.text} ` }) &&
  cells.every(({ text }) => text.length <= longestCell);

const isNear = (above: PdfLine[], below: PdfLine[]): boolean => {
  const drop = above[0]!.top - below[0]!.top;
  return drop > 0 && drop < above[0]!.size * rowDistance;
};

/** How many rows from `start` on are rows of one table; a full row opens it, and sparser ones may follow. */
const tableLength = (rows: PdfLine[][], start: number): { length: number; columns: Column[] } => {
  const columns = rows[start]!.map(({ left, right }) => ({ left, right }));
  let end = start + 1;
  while (end < rows.length) {
    const cells = rows[end]!;
    const own = columnsOf(columns, cells);
    if (!own || !mayBeRow(cells) || !isNear(rows[end - 1]!, cells)) break;
    grow(own, cells);
    end++;
  }
  return { length: end - start, columns };
};

/** Lines, those of aligned cells with their cells apart; `join` makes one line of the others' fragments. */
export const tableRows = (rows: PdfLine[][], join: (row: PdfLine[]) => PdfLine): PdfLine[] => {
  const lines: PdfLine[] = [];
  for (let at = 0; at < rows.length;) {
    const { length, columns } = mayBeRow(rows[at]!) ? tableLength(rows, at) : { length: 1, columns: [] };
    const isTable = length >= fewestRows;
    for (const row of rows.slice(at, at + length)) {
      const cells = columns.map((column) => row.find((cell) => overlaps(column, cell))?.text ?? '');
      lines.push(isTable ? { ...join(row), cells } : join(row));
    }
    at += length;
  }
  return lines;
};

/** Each run of rows as one line that holds the whole table, in Markdown. */
export const withTables = (lines: PdfLine[]): PdfLine[] => {
  const merged: PdfLine[] = [];
  for (let at = 0; at < lines.length;) {
    const { cells, page } = lines[at]!;
    let end = at + 1;
    const belongs = (line?: PdfLine): boolean =>
      line?.cells !== undefined && line.cells.length === cells!.length && line.page === page;
    while (cells && belongs(lines[end])) end++;
    const rows = lines.slice(at, end);
    merged.push(cells ? { ...rows[0]!, text: markdownTable(rows.map((row) => row.cells!)) } : rows[0]!);
    at = end;
  }
  return merged;
};
