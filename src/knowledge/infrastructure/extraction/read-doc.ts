import { markdownTable } from './markdown-table.js';
import type { Reader } from './reader.js';
import { TextBuilder } from './text-builder.js';
import { readWordBinary, type WordParagraph } from './word-binary.js';

/** A cell with more is a part of a page that was laid out with a table. */
const longestCell = 1_000;

class WordRenderer {
  private row: string[] = [];
  private cell: string[] = [];
  private rows: string[][] = [];
  private afterItem = false;

  constructor(private readonly builder: TextBuilder) {}

  render(paragraphs: WordParagraph[]): void {
    for (const paragraph of paragraphs) {
      if (paragraph.endsIn === 'cell') this.closeCell(paragraph);
      // of a cell's paragraphs only the last ends in its mark
      else if (paragraph.isInTable) this.cell.push(paragraph.text);
      else {
        this.closeTable();
        this.paragraph(paragraph);
      }
    }
    this.closeTable();
  }

  private paragraph({ text, level, isItem }: WordParagraph): void {
    if (level !== null) this.builder.heading(level, text);
    else if (text.trim() !== '')
      this.builder.block(isItem ? `- ${text}` : text, isItem && this.afterItem ? '\n' : '\n\n');
    this.afterItem = isItem && level === null;
  }

  private closeCell({ text, isRowEnd }: WordParagraph): void {
    if (!isRowEnd) {
      this.row.push([...this.cell, text].join('\n').trim());
      this.cell = [];
      return;
    }
    this.rows.push(this.row);
    this.row = [];
    this.cell = [];
  }

  private closeTable(): void {
    if (this.row.length > 0) this.rows.push(this.row);
    const rows = this.rows.filter((row) => row.some((cell) => cell !== ''));
    this.rows = [];
    this.row = [];
    const isData =
      rows.length > 1 &&
      rows.some((row) => row.length > 1) &&
      rows.every((row) => row.every((cell) => cell.length <= longestCell));
    if (isData) this.builder.block(markdownTable(rows));
    else for (const cell of rows.flat()) this.builder.block(cell);
    if (rows.length > 0) this.afterItem = false;
  }
}

/** Word 97 to 2003. No pages: the file does not say where they end. Footnotes and text boxes follow the body. */
export const readDoc: Reader = async (bytes, { maxTextChars }) => {
  const { body, asides } = readWordBinary(bytes, maxTextChars);
  const builder = new TextBuilder(maxTextChars);
  for (const paragraphs of [body, ...asides]) new WordRenderer(builder).render(paragraphs);
  return builder.build();
};
