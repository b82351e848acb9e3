import { FileFault } from '../extraction-protocol.js';
import type { Block } from './block.js';

/** What stands in a cell: its own, what stands above it in a merged one, or nothing (the rest of a merged one). */
export type CellContent = 'own' | 'above' | 'none';

interface OpenTable {
  rows: Block[][][];
  cell: Block[] | undefined;
}

/** As many columns as any of the programs has in a text document's table; a span of more is a lie. */
const mostColumns = 256;
const deepestTable = 20;

/** Takes a document's blocks as they come; those of a table are kept until it is complete. */
export class BlockWriter {
  private readonly tables: OpenTable[] = [];
  private keptChars = 0;

  constructor(
    /** Takes the blocks that stand in no table, and tables as a whole. */
    private readonly sink: (block: Block) => void,
    private readonly maxTextChars: number,
  ) {}

  get isInTable(): boolean {
    return this.tables.length > 0;
  }

  add(block: Block): void {
    const table = this.tables.at(-1);
    if (!table) return this.sink(block);
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
}
