import { walkHtml, type HtmlElement } from './html-tree.js';
import { markdownTable } from './markdown-table.js';

/** A cell with more is a part of a page that was laid out with a table. */
const longestCell = 1_000;
/** Cells repeated for `rowspan` and left free for `colspan`, in one table; past it, spans count as one cell. */
const mostSpanned = 10_000;
const widestSpan = 100;

/** Words of neighbouring blocks stand apart, letters in different styles do not. */
const inline = /^(?:a|abbr|b|big|cite|code|em|font|i|kbd|mark|q|s|samp|small|span|strong|sub|sup|tt|u|var)$/;

const spanOf = (attribute: string | undefined): number =>
  Math.min(Math.max(Number.parseInt(attribute ?? '1', 10) || 1, 1), widestSpan);

class TableReader {
  readonly rows: string[][] = [];
  caption = '';
  private spanned = 0;
  private row: string[] | undefined;
  /** By column: what a cell above reaches down with, and for how many rows more. */
  private reaching: ({ text: string; rows: number } | undefined)[] = [];
  private cell: HtmlElement | undefined;
  private run: string[] = [];

  constructor(private readonly skipped: ReadonlySet<HtmlElement>) {}

  enter(element: HtmlElement): boolean {
    if (this.skipped.has(element)) return false;
    if (element.name === 'tr') this.openRow();
    else if (/^(?:td|th|caption)$/.test(element.name)) {
      this.cell = element;
      this.run = [];
    } else if (!inline.test(element.name)) this.run.push(' ');
    return true;
  }

  text(part: string): void {
    this.run.push(part);
  }

  leave(element: HtmlElement): void {
    if (element === this.cell) this.closeCell(element);
    else if (element.name === 'tr') this.fillReached();
    else if (!inline.test(element.name)) this.run.push(' ');
  }

  private openRow(): void {
    this.row = [];
    this.rows.push(this.row);
  }

  private closeCell({ name, attributes }: HtmlElement): void {
    const text = this.run.join('').replace(/\s+/g, ' ').trim();
    this.cell = undefined;
    this.run = [];
    if (name === 'caption') {
      this.caption = text;
      return;
    }
    if (!this.row) this.openRow();
    this.fillReached();
    const columns = this.allowed(spanOf(attributes.colspan));
    const rows = this.allowed(spanOf(attributes.rowspan));
    for (let column = 0; column < columns; column++) {
      const shown = column === 0 ? text : '';
      if (rows > 1) this.reaching[this.row!.length] = { text: shown, rows: rows - 1 };
      this.row!.push(shown);
    }
  }

  private allowed(span: number): number {
    this.spanned += span - 1;
    return this.spanned > mostSpanned ? 1 : span;
  }

  /** The cells from above that stand where the next one of this row would. */
  private fillReached(): void {
    for (let above = this.reaching[this.row!.length]; above; above = this.reaching[this.row!.length]) {
      this.reaching[this.row!.length] = above.rows > 1 ? { ...above, rows: above.rows - 1 } : undefined;
      this.row!.push(above.text);
    }
  }
}

/** The table as Markdown, if it is one of data: at least two rows and two columns, and no cell as long as a page. */
export const htmlTable = (
  table: HtmlElement,
  skipped: ReadonlySet<HtmlElement>,
): { markdown: string; caption: string } | undefined => {
  const reader = new TableReader(skipped);
  walkHtml(table, reader);
  const rows = reader.rows.filter((row) => row.some((text) => text !== ''));
  const isData =
    rows.length > 1 &&
    rows.some((row) => row.filter((text) => text !== '').length > 1) &&
    rows.every((row) => row.every((text) => text.length <= longestCell));
  return isData ? { markdown: markdownTable(rows), caption: reader.caption } : undefined;
};
