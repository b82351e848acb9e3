import type { ExtractedText } from '../../../domain/chunk.js';
import { statedTitle } from '../stated-title.js';
import { oneLine, TextBuilder } from '../text-builder.js';
import { flatCell, type Block } from './block.js';

const deepestList = 8;
/** What would end a cell is escaped, as Markdown has it. */
const cellText = (text: string): string => oneLine(text).replaceAll('|', '\\|');

/** A text as office documents are made of: lists run on without empty lines, tables are written row by row. */
export class OfficeText {
  private readonly builder: TextBuilder;
  private previousIsItem = false;

  constructor(maxTextChars: number) {
    this.builder = new TextBuilder(maxTextChars);
  }

  page(number: number): void {
    this.builder.page(number);
  }

  heading(level: number, title: string): void {
    this.builder.heading(level, title);
    this.previousIsItem = false;
  }

  paragraph(text: string): void {
    this.builder.block(text.trim());
    this.previousIsItem = false;
  }

  /** @param marker as it is seen, `-` or `1.`; @param depth from 0 */
  item(marker: string, depth: number, text: string): void {
    const indent = '  '.repeat(Math.min(depth, deepestList));
    this.builder.block(
      `${indent}${oneLine(marker)} ${oneLine(text)}`.trimEnd(),
      this.previousIsItem ? '\n' : '\n\n',
    );
    this.previousIsItem = true;
  }

  /** Starts a Markdown table; `row` adds to it. */
  tableHeader(cells: string[], columns: number): void {
    this.builder.block(this.rowText(cells, columns));
    this.builder.block(`|${' --- |'.repeat(columns)}`, '\n');
    this.previousIsItem = false;
  }

  tableRow(cells: string[], columns: number): void {
    this.builder.block(this.rowText(cells, columns), '\n');
  }

  write(block: Block): void {
    if (block.kind === 'paragraph') this.paragraph(block.text);
    else if (block.kind === 'heading') this.heading(block.level, block.text);
    else if (block.kind === 'item') this.item(block.marker, block.depth, block.text);
    else this.writeTable(block.rows);
  }

  build(title: string | null): ExtractedText {
    return this.builder.build(statedTitle(title));
  }

  /** Of a workbook: the name of its first sheet is no title. */
  buildSheets(title: string | null): ExtractedText {
    return { ...this.builder.build(), title: statedTitle(title) };
  }

  private writeTable(cells: Block[][][]): void {
    const rows = cells
      .map((row) => row.map(flatCell))
      .filter((row) => row.some((text) => text.trim() !== ''));
    const width = rows.reduce((most, { length }) => Math.max(most, length), 0);
    const isUsed = Array.from({ length: width }, (_, at) =>
      rows.some((row) => (row[at] ?? '').trim() !== ''),
    );
    const columns = isUsed.filter(Boolean).length;
    if (columns < 2) return this.writeFrame(cells);
    rows.forEach((row, index) => {
      const texts = row.filter((_, at) => isUsed[at]);
      if (index === 0) this.tableHeader(texts, columns);
      else this.tableRow(texts, columns);
    });
  }

  /** Drawn as a table: what is in it is text like any other. */
  private writeFrame(rows: Block[][][]): void {
    const seen = new Set<Block[]>();
    for (const cell of rows.flat()) {
      // a merged cell stands in several rows
      if (!seen.has(cell)) for (const block of cell) this.write(block);
      seen.add(cell);
    }
  }

  private rowText(cells: string[], columns: number): string {
    const missing = Array.from({ length: Math.max(0, columns - cells.length) }, () => '');
    return `| ${[...cells, ...missing].map(cellText).join(' | ')} |`;
  }
}
