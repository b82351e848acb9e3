import { FileFault } from '../extraction-protocol.js';
import type { OfficeText } from './office-text.js';

export type Block =
  | { kind: 'paragraph'; text: string }
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'item'; marker: string; depth: number; text: string }
  | { kind: 'table'; rows: Block[][][] };

/** What stands in a cell: its own, what stands above it in a merged one, or nothing (the rest of a merged one). */
export type CellContent = 'own' | 'above' | 'none';

interface OpenTable {
  rows: Block[][][];
  cell: Block[] | undefined;
}

/** As many columns as any of the programs has in a text document's table; a span of more is a lie. */
const mostColumns = 256;
const deepestTable = 20;

/** A block on one line, as it stands in a cell beside others. */
const flatText = (block: Block): string => {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return block.text;
    case 'item':
      return `${block.marker} ${block.text}`;
    case 'table':
      return block.rows.map((row) => row.map(flatCell).join(' ')).join(' ');
  }
};
const flatCell = (cell: Block[]): string => cell.map(flatText).join(' ');

/** Takes a document's blocks as they come; those of a table are kept until it is complete. */
export class BlockWriter {
  private readonly tables: OpenTable[] = [];
  private keptChars = 0;

  constructor(
    private readonly output: OfficeText,
    private readonly maxTextChars: number,
  ) {}

  get isInTable(): boolean {
    return this.tables.length > 0;
  }

  add(block: Block): void {
    const table = this.tables.at(-1);
    if (!table) return this.write(block);
    if (block.kind !== 'table') {
      this.keptChars += block.text.length;
      if (this.keptChars > this.maxTextChars) throw new FileFault('text-too-long');
    }
    table.cell?.push(block);
  }

  openTable(): void {
    if (this.tables.length >= deepestTable) throw new FileFault('document-damaged');
    this.tables.push({ rows: [], cell: undefined });
  }

  openRow(): void {
    this.tables.at(-1)?.rows.push([]);
  }

  /** @param columns how many the cell spans */
  openCell(columns: number, content: CellContent): void {
    const table = this.tables.at(-1);
    const row = table?.rows.at(-1);
    if (!table || !row || row.length >= mostColumns) return;
    const above = content === 'above' ? (table.rows.at(-2)?.[row.length] ?? []) : [];
    row.push(above);
    const added = row.length - 1;
    while (row.length < Math.min(added + columns, mostColumns)) row.push([]);
    table.cell = content === 'own' ? row[added] : undefined;
  }

  closeCell(): void {
    const table = this.tables.at(-1);
    if (table) table.cell = undefined;
  }

  closeTable(): void {
    const table = this.tables.pop();
    if (!table) return;
    this.add({ kind: 'table', rows: table.rows });
    if (this.tables.length === 0) this.keptChars = 0;
  }

  private write(block: Block): void {
    if (block.kind === 'paragraph') this.output.paragraph(block.text);
    else if (block.kind === 'heading') this.output.heading(block.level, block.text);
    else if (block.kind === 'item') this.output.item(block.marker, block.depth, block.text);
    else if (block.rows.some((row) => row.length > 1))
      this.writeTable(block.rows.map((row) => row.map(flatCell)));
    // a frame, drawn as a table: what is in it is text like any other
    else for (const [cell] of block.rows) for (const inner of cell ?? []) this.write(inner);
  }

  private writeTable(rows: string[][]): void {
    const filled = rows.filter((row) => row.some((cell) => cell.trim() !== ''));
    const columns = filled.reduce((most, { length }) => Math.max(most, length), 0);
    filled.forEach((row, index) => {
      if (index === 0) this.output.tableHeader(row, columns);
      else this.output.tableRow(row, columns);
    });
  }
}
