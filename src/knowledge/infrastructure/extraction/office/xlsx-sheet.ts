import { FileFault } from '../extraction-protocol.js';
import { MergedCells, parseReference, type MergedRange } from './merged-cells.js';
import type { SheetCell, SheetWriter } from './sheet-writer.js';
import type { Workbook } from './workbook.js';
import { isOn, type Attributes, type XmlHandlers } from './xml.js';

/** As many as a sheet can have. */
const mostColumns = 16_384;

/** The events of one sheet. Formulas are left out: their values stand beside them. */
export class XlsxSheet implements XmlHandlers {
  private readonly merged: MergedCells<SheetCell>;
  private readonly hiddenColumns: [from: number, to: number][] = [];
  private row = -1;
  private isRowHidden = false;
  private column = -1;
  private type = '';
  private style = 0;
  private value: string[] = [];
  private chars = 0;
  private cells: SheetCell[] = [];
  private isValue = false;
  private isReading = false;

  constructor(
    private readonly workbook: Workbook,
    private readonly writer: SheetWriter,
    merged: MergedRange[],
    private readonly maxTextChars: number,
  ) {
    this.merged = new MergedCells(merged);
  }

  open(name: string, attributes: Attributes): void {
    if (name === 'c') this.openCell(attributes);
    else if (name === 'v') this.isValue = true;
    else if (name === 't') this.isValue = !this.isReading;
    else if (name === 'rPh') this.isReading = true;
    else if (name === 'row') this.openRow(attributes);
    else if (name === 'col' && attributes['hidden'] !== undefined && isOn(attributes['hidden']))
      this.hiddenColumns.push([Number(attributes['min']) - 1, Number(attributes['max']) - 1]);
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.isValue = false;
    else if (name === 'rPh') this.isReading = false;
    else if (name === 'c') this.closeCell();
    else if (name === 'row') this.closeRow();
    else if (name === 'sheetData') this.writer.end();
  }

  text(text: string): void {
    if (!this.isValue) return;
    this.chars += text.length;
    if (this.chars > this.maxTextChars) throw new FileFault('text-too-long');
    this.value.push(text);
  }

  private openRow(attributes: Attributes): void {
    const stated = Number(attributes['r']) - 1;
    this.row = stated > this.row ? stated : this.row + 1;
    this.isRowHidden = attributes['hidden'] !== undefined && isOn(attributes['hidden']);
    this.column = -1;
    this.cells = [];
  }

  private openCell(attributes: Attributes): void {
    const stated = parseReference(attributes['r'] ?? '')?.column ?? -1;
    this.column = stated > this.column ? stated : this.column + 1;
    this.type = attributes['t'] ?? 'n';
    this.style = Number(attributes['s'] ?? 0);
    this.value = [];
  }

  private closeCell(): void {
    const raw = this.value.join('');
    if (raw === '' || this.column >= mostColumns) return;
    const text = this.shown(raw);
    this.cells.push({
      column: this.column,
      text,
      isValue: this.type === 'n' || this.type === 'b' || this.type === 'd',
    });
  }

  private shown(raw: string): string {
    if (this.type === 's') return this.workbook.strings[Number(raw)] ?? '';
    if (this.type === 'n') return this.workbook.formats.show(raw, this.style);
    if (this.type === 'b') return raw.trim() === '1' ? 'TRUE' : 'FALSE';
    return raw;
  }

  private closeRow(): void {
    const filled = this.merged.fill(this.row, this.cells);
    if (this.isRowHidden) return this.writer.hide(this.row);
    const isHidden = (column: number): boolean =>
      this.hiddenColumns.some(([from, to]) => column >= from && column <= to);
    this.writer.row(
      this.row,
      this.hiddenColumns.length === 0 ? filled : filled.filter(({ column }) => !isHidden(column)),
    );
  }
}
