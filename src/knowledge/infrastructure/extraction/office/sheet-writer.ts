import { FileFault } from '../extraction-protocol.js';
import type { OfficeText } from './office-text.js';

export interface SheetCell {
  /** From 0. */
  column: number;
  text: string;
  /** A number, a date or a truth value, and not a word. */
  isValue: boolean;
}

/** So many rows are waited for to see which columns a table has. */
const rowsToJudge = 100;
/** Wider than that, only the columns that are used are written. */
const widestRange = 256;

/** Counts what all sheets of a file have together. */
export class CellBudget {
  private used = 0;

  constructor(private readonly maxCells: number) {}

  take(cells: number): void {
    this.used += cells;
    if (this.used > this.maxCells) throw new FileFault('too-many-cells');
  }
}

/**
 * Writes a sheet as Markdown tables, row by row. Rows without text end a table, unless what follows looks like more of
 * it; rows of a single cell before a table are its title, and text.
 */
export class SheetWriter {
  private waiting: SheetCell[][] = [];
  /** Of the table that rows are being added to. */
  private columns: number[] | undefined;
  private lastRow: number | undefined;

  constructor(
    private readonly output: OfficeText,
    private readonly budget: CellBudget,
  ) {}

  /** @param index of the row, ascending @param cells those with text, ascending */
  row(index: number, cells: SheetCell[]): void {
    const filled = cells.filter(({ text }) => text.trim() !== '');
    if (filled.length === 0) return;
    this.budget.take(filled.length);
    const hasGap = this.lastRow !== undefined && index > this.lastRow + 1;
    this.lastRow = index;
    if (hasGap) this.judge();
    const isMore = this.columns?.length && this.fits(filled) && (!hasGap || this.continues(filled));
    if (this.columns && !isMore) this.end();
    if (this.columns) return this.write(filled, this.columns);
    this.waiting.push(filled);
    if (this.waiting.length >= rowsToJudge) this.judge();
  }

  /** A hidden row: what stands around it stands together. */
  hide(index: number): void {
    if (this.lastRow === index - 1) this.lastRow = index;
  }

  end(): void {
    this.judge();
    this.columns = undefined;
  }

  private fits(cells: SheetCell[]): boolean {
    const [first, last] = [this.columns![0]!, this.columns!.at(-1)!];
    const isDense = last - first === this.columns!.length - 1;
    return cells.every(({ column }) => (isDense ? column >= first : this.columns!.includes(column)));
  }

  private continues(cells: SheetCell[]): boolean {
    const last = this.columns!.at(-1)!;
    return (
      cells.length > 1 && cells.every(({ column }) => column <= last) && cells.some(({ isValue }) => isValue)
    );
  }

  /** Decides what the waiting rows are, and writes them. */
  private judge(): void {
    const rows = this.waiting;
    if (rows.length === 0) return;
    this.waiting = [];
    const tableStart = rows.findIndex((cells) => cells.length > 1);
    const titles = tableStart === -1 ? rows : rows.slice(0, tableStart);
    for (const [cell] of titles) this.output.paragraph(cell!.text);
    if (tableStart === -1) return;
    const table = rows.slice(tableStart);
    this.columns = this.columnsOf(table);
    this.output.tableHeader(this.textsOf(table[0]!, this.columns), this.columns.length);
    for (const cells of table.slice(1)) this.write(cells, this.columns);
  }

  private columnsOf(rows: SheetCell[][]): number[] {
    const used = new Set(rows.flatMap((cells) => cells.map(({ column }) => column)));
    const sorted = [...used].sort((a, b) => a - b);
    const [first, last] = [sorted[0]!, sorted.at(-1)!];
    return last - first < widestRange
      ? Array.from({ length: last - first + 1 }, (_, at) => first + at)
      : sorted;
  }

  private write(cells: SheetCell[], columns: number[]): void {
    this.output.tableRow(this.textsOf(cells, columns), columns.length);
  }

  /** What stands right of the table's columns comes last. */
  private textsOf(cells: SheetCell[], columns: number[]): string[] {
    const byColumn = new Map(cells.map(({ column, text }) => [column, text]));
    const inside = columns.map((column) => byColumn.get(column) ?? '');
    const last = columns.at(-1)!;
    return [...inside, ...cells.filter(({ column }) => column > last).map(({ text }) => text)];
  }
}
