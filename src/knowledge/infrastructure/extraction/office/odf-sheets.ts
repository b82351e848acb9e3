import { FileFault, type ExtractionRequest } from '../extraction-protocol.js';
import type { OfficeText } from './office-text.js';
import type { OdfStyles } from './odf-styles.js';
import { CellBudget, SheetWriter, type SheetCell } from './sheet-writer.js';
import { attribute, type Attributes, type XmlHandlers } from './xml.js';

const skipped = new Set(
  'tracked-changes annotation forms shapes desc binary-data dde-links named-expressions'.split(' '),
);
/** More equal rows or cells side by side than that are the empty rest of a sheet, or a lie. */
const mostRepeats = 1_000;

interface OpenCell extends SheetCell {
  repeats: number;
  isCovered: boolean;
}

const repeatsOf = (attributes: Attributes, name: string): number =>
  Math.max(1, Number(attribute(attributes, name) ?? 1) || 1);

const isConcealed = (attributes: Attributes): boolean =>
  /^(?:collapse|filter)$/.test(attribute(attributes, 'visibility') ?? '');

/** The body of a spreadsheet: its sheets in order, hidden ones, rows and columns left out. */
export class OdfSheets implements XmlHandlers {
  private readonly budget: CellBudget;
  private sheet: SheetWriter | undefined;
  private sheets = 0;
  private skipDepth = 0;
  private parent = '';
  private rowIndex = 0;
  private rowRepeats = 1;
  private columnIndex = 0;
  private nextColumn = 0;
  private hiddenColumns: [from: number, to: number][] = [];
  /** Texts of cells that reach down into the rows to come, by column. */
  private spans = new Map<number, { text: string; isValue: boolean; rowsLeft: number }>();
  private cells: SheetCell[] = [];
  private cell: OpenCell | undefined;
  private spannedRows = 1;
  private isParagraph = false;

  constructor(
    private readonly output: OfficeText,
    private readonly styles: OdfStyles,
    private readonly request: ExtractionRequest,
  ) {
    this.budget = new CellBudget(request.maxCells);
  }

  open(name: string, attributes: Attributes): void {
    if (this.skipDepth > 0 || skipped.has(name) || this.isConcealed(name, attributes)) {
      this.skipDepth++;
      return;
    }
    if (this.parent === 'body' && name !== 'spreadsheet') throw new FileFault('type-mismatch');
    this.parent = name;
    this.styles.open(name, attributes);
    if (name === 'table') this.openSheet(attributes);
    else if (name === 'table-column') this.takeColumns(attributes);
    else if (name === 'table-row') this.openRow(attributes);
    else if (name === 'table-cell' || name === 'covered-table-cell') this.openCell(name, attributes);
    else if (name === 'p') this.openParagraph();
    else if (name === 's') this.text(' ');
    else if (name === 'line-break' || name === 'tab') this.text(' ');
  }

  close(name: string): void {
    if (this.skipDepth > 0) {
      this.skipDepth--;
      return;
    }
    if (name === 'p') this.isParagraph = false;
    else if (name === 'table-cell' || name === 'covered-table-cell') this.closeCell();
    else if (name === 'table-row') this.closeRow();
    else if (name === 'table') {
      this.sheet?.end();
      this.sheet = undefined;
    }
  }

  text(text: string): void {
    if (this.skipDepth > 0 || !this.isParagraph || !this.cell) return;
    this.cell.text += text;
    if (this.cell.text.length > this.request.maxTextChars) throw new FileFault('text-too-long');
  }

  /** Counts what is left out, so that the rest keeps its place. */
  private isConcealed(name: string, attributes: Attributes): boolean {
    if (name === 'table') {
      const isHidden = this.styles.isHidden(attribute(attributes, 'style-name'));
      if (isHidden) this.sheets++;
      return isHidden;
    }
    if (name !== 'table-row' || !isConcealed(attributes)) return false;
    const repeats = repeatsOf(attributes, 'number-rows-repeated');
    for (const span of this.spans.values()) span.rowsLeft -= repeats;
    return true;
  }

  private openSheet(attributes: Attributes): void {
    if (++this.sheets > this.request.maxPages) throw new FileFault('too-many-pages');
    this.output.page(this.sheets);
    this.output.heading(1, attribute(attributes, 'name') ?? '');
    this.sheet = new SheetWriter(this.output, this.budget);
    this.rowIndex = 0;
    this.nextColumn = 0;
    this.hiddenColumns = [];
    this.spans = new Map();
  }

  private takeColumns(attributes: Attributes): void {
    const from = this.nextColumn;
    this.nextColumn += repeatsOf(attributes, 'number-columns-repeated');
    if (isConcealed(attributes)) this.hiddenColumns.push([from, this.nextColumn]);
  }

  private openRow(attributes: Attributes): void {
    this.rowRepeats = repeatsOf(attributes, 'number-rows-repeated');
    this.columnIndex = 0;
    this.cells = [];
  }

  private openCell(name: string, attributes: Attributes): void {
    const type = attribute(attributes, 'value-type');
    this.spannedRows = repeatsOf(attributes, 'number-rows-spanned');
    this.cell = {
      column: this.columnIndex,
      text: '',
      isValue: type !== undefined && type !== 'string',
      repeats: repeatsOf(attributes, 'number-columns-repeated'),
      isCovered: name === 'covered-table-cell',
    };
  }

  private openParagraph(): void {
    this.isParagraph = true;
    if (this.cell && this.cell.text !== '') this.cell.text += ' ';
  }

  private closeCell(): void {
    const { cell } = this;
    if (!cell) return;
    this.cell = undefined;
    this.columnIndex += cell.repeats;
    const count = Math.min(cell.repeats, mostRepeats);
    for (let at = 0; at < count; at++) {
      const column = cell.column + at;
      const span = this.spans.get(column);
      if (cell.isCovered && span && span.rowsLeft > 0)
        this.cells.push({ column, text: span.text, isValue: span.isValue });
      else if (!cell.isCovered && cell.text !== '')
        this.cells.push({ column, text: cell.text, isValue: cell.isValue });
      if (!cell.isCovered && this.spannedRows > 1)
        this.spans.set(column, { text: cell.text, isValue: cell.isValue, rowsLeft: this.spannedRows });
    }
  }

  private closeRow(): void {
    const isShown = (column: number): boolean =>
      !this.hiddenColumns.some(([from, to]) => column >= from && column < to);
    const cells =
      this.hiddenColumns.length === 0 ? this.cells : this.cells.filter(({ column }) => isShown(column));
    const repeats = cells.length === 0 ? 0 : Math.min(this.rowRepeats, mostRepeats);
    for (let at = 0; at < repeats; at++) this.sheet?.row(this.rowIndex + at, cells);
    this.rowIndex += this.rowRepeats;
    for (const [column, span] of this.spans) {
      span.rowsLeft -= this.rowRepeats;
      if (span.rowsLeft <= 0) this.spans.delete(column);
    }
  }
}
