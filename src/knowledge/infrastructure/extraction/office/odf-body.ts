import type { OfficeText } from './office-text.js';
import { FileFault, type ExtractionRequest } from '../extraction-protocol.js';
import { BlockWriter } from './block-writer.js';
import { OdfStyles } from './odf-styles.js';
import { OdfText } from './odf-text.js';
import { attribute, type Attributes, type XmlHandlers } from './xml.js';

/** Not shown, or shown elsewhere: what was deleted, comments, forms, reading aids, tables of contents, images' bytes. */
const skipped = new Set(
  'tracked-changes annotation forms note-citation table-of-content ruby-text desc binary-data script event-listeners'.split(
    ' ',
  ),
);
/** Placeholders of slides that the master fills. */
const masterClass = /^(?:header|footer|date-time|page-number|page)$/;

/** A merged cell's further rows: how many are left, by its column. */
type Spans = Map<number, number>;

/** The body of a text document or a presentation. */
export class OdfBody implements XmlHandlers {
  private readonly writer: BlockWriter;
  private readonly odfText: OdfText;
  private readonly parents: string[] = [];
  private readonly spans: Spans[] = [];
  private readonly columns: number[] = [];
  private skipDepth = 0;
  private slides = 0;

  constructor(
    private readonly output: OfficeText,
    private readonly styles: OdfStyles,
    private readonly request: ExtractionRequest,
    /** What `office:body` has to hold. */
    private readonly kind: 'text' | 'presentation',
  ) {
    this.writer = new BlockWriter((block) => output.write(block), request.maxTextChars);
    this.odfText = new OdfText(this.writer, styles, request.maxTextChars);
  }

  open(name: string, attributes: Attributes): void {
    const parent = this.parents.at(-1);
    if (this.skipDepth > 0 || this.isSkipped(name, parent, attributes)) {
      this.skipDepth++;
      return;
    }
    this.parents.push(name);
    if (parent === 'body' && name !== this.kind) throw new FileFault('type-mismatch');
    if (name === 'page') this.startSlide();
    else if (name === 'frame' && attribute(attributes, 'class') === 'title') this.odfText.titleLevel = 1;
    else if (name === 'table') this.openTable();
    else if (name === 'table-row') this.openRow();
    else if (name === 'table-cell' || name === 'covered-table-cell') this.openCell(name, attributes);
    else this.odfText.open(name, attributes);
    this.styles.open(name, attributes);
  }

  close(name: string): void {
    if (this.skipDepth > 0) {
      this.skipDepth--;
      return;
    }
    this.parents.pop();
    if (name === 'frame') this.odfText.titleLevel = undefined;
    else if (name === 'table-cell') this.writer.closeCell();
    else if (name === 'table') {
      this.spans.pop();
      this.columns.pop();
      this.writer.closeTable();
    }
    this.odfText.close(name);
  }

  text(text: string): void {
    // line ends between the words of a paragraph are spaces
    if (this.skipDepth === 0) this.odfText.text(text.replace(/[ \t\r\n]+/g, ' '));
  }

  private isSkipped(name: string, parent: string | undefined, attributes: Attributes): boolean {
    if (skipped.has(name)) return true;
    if (name === 'title') return parent !== 'p' && parent !== 'span';
    if (name === 'frame') return masterClass.test(attribute(attributes, 'class') ?? '');
    if (name !== 'page' || this.kind !== 'presentation') return false;
    const isHidden = this.styles.isHidden(attribute(attributes, 'style-name'));
    if (isHidden) this.slides++;
    return isHidden;
  }

  private startSlide(): void {
    if (++this.slides > this.request.maxPages) throw new FileFault('too-many-pages');
    this.output.page(this.slides);
  }

  private openTable(): void {
    this.writer.openTable();
    this.spans.push(new Map());
    this.columns.push(0);
  }

  private openRow(): void {
    this.writer.openRow();
    this.columns[this.columns.length - 1] = 0;
  }

  private openCell(name: string, attributes: Attributes): void {
    const spans = this.spans.at(-1);
    if (!spans) return;
    const repeated = Math.min(Number(attribute(attributes, 'number-columns-repeated') ?? 1), 256);
    const rows = Number(attribute(attributes, 'number-rows-spanned') ?? 1);
    for (let count = 0; count < repeated; count++) {
      const column = this.columns[this.columns.length - 1]!++;
      const left = spans.get(column) ?? 0;
      if (name === 'table-cell') {
        spans.set(column, rows - 1);
        this.writer.openCell(1, 'own');
      } else {
        if (left > 0) spans.set(column, left - 1);
        this.writer.openCell(1, left > 0 ? 'above' : 'none');
      }
    }
  }
}
