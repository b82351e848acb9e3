import type { Block } from '../office/block.js';

interface CellDefinition {
  above: boolean;
  before: boolean;
}

const mostCells = 256;

/** A table as RTF has it: cells end, then rows end, and what is merged stands in the row's definition. */
export class RtfTable {
  private rows: Block[][][] = [];
  private cells: Block[][] = [];
  private cell: Block[] = [];
  private definitions: CellDefinition[] = [];
  private next: CellDefinition = { above: false, before: false };

  get isEmpty(): boolean {
    return this.rows.length === 0 && this.cells.length === 0 && this.cell.length === 0;
  }

  /** @returns whether the word was about the definition of cells */
  define(word: string): boolean {
    if (word === 'trowd') this.definitions = [];
    else if (word === 'clvmrg') this.next.above = true;
    else if (word === 'clmrg') this.next.before = true;
    else if (word === 'cellx') {
      if (this.definitions.length < mostCells) this.definitions.push(this.next);
      this.next = { above: false, before: false };
    } else return false;
    return true;
  }

  add(block: Block): void {
    this.cell.push(block);
  }

  endCell(): void {
    if (this.cells.length < mostCells) this.cells.push(this.cell);
    this.cell = [];
  }

  endRow(): void {
    if (this.cell.length > 0) this.endCell();
    const above = this.rows.at(-1);
    const row = this.cells.map((cell, at) => {
      const definition = this.definitions[at];
      if (definition?.before) return [];
      return definition?.above && cell.length === 0 ? (above?.[at] ?? []) : cell;
    });
    if (row.length > 0) this.rows.push(row);
    this.cells = [];
  }

  /** The table so far, and begins anew. */
  take(): Block {
    this.endRow();
    const block: Block = { kind: 'table', rows: this.rows };
    this.rows = [];
    return block;
  }
}
