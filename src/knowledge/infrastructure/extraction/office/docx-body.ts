import { FileFault } from '../extraction-protocol.js';
import type { OfficeText } from './office-text.js';
import { BlockWriter } from './block-writer.js';
import type { DocxNotes, NoteKind } from './docx-notes.js';
import type { DocxNumbering } from './docx-numbering.js';
import { takeProperty, type DocxStyles, type ParagraphProperties } from './docx-styles.js';
import { attribute, isOn, type Attributes, type XmlHandlers } from './xml.js';

interface Sources {
  styles: DocxStyles;
  numbering: DocxNumbering;
  notes: DocxNotes;
  maxTextChars: number;
}

interface Paragraph {
  properties: ParagraphProperties;
  text: string[];
}

/** Not shown: what was deleted or moved away, the second form of a drawing, earlier properties, reading aids. */
const skipped = new Set([
  'del',
  'moveFrom',
  'Fallback',
  'pPrChange',
  'rPrChange',
  'tcPrChange',
  'tblPrChange',
  'rt',
]);
const characters: Record<string, string> = {
  tab: '\t',
  br: '\n',
  cr: '\n',
  noBreakHyphen: '-',
  ptab: '\t',
};

/** The events of `word/document.xml`, turned into blocks. */
export class DocxBody implements XmlHandlers {
  private readonly writer: BlockWriter;
  /** More than one where a text box stands in a paragraph. */
  private readonly paragraphs: Paragraph[] = [];
  private readonly waitingNotes: string[] = [];
  private noteCount = 0;
  private skipDepth = 0;
  private isText = false;
  private isHidden = false;
  private isParagraphProperties = false;
  private cell: { columns: number; isContinued: boolean } | undefined;
  private chars = 0;

  constructor(
    output: OfficeText,
    private readonly sources: Sources,
  ) {
    this.writer = new BlockWriter((block) => output.write(block), sources.maxTextChars);
  }

  open(name: string, attributes: Attributes): void {
    if (this.skipDepth > 0 || skipped.has(name)) {
      this.skipDepth++;
      return;
    }
    if (!this.openTablePart(name, attributes)) this.openTextPart(name, attributes);
  }

  close(name: string): void {
    if (this.skipDepth > 0) {
      this.skipDepth--;
      return;
    }
    if (name === 't') this.isText = false;
    else if (name === 'r') this.isHidden = false;
    else if (name === 'pPr') this.isParagraphProperties = false;
    else if (name === 'p') this.endParagraph();
    else if (name === 'tcPr') this.openCell();
    else if (name === 'tc') this.writer.closeCell();
    else if (name === 'tbl') {
      this.writer.closeTable();
      this.writeNotes();
    }
  }

  text(text: string): void {
    if (this.isText && this.skipDepth === 0 && !this.isHidden) this.write(text);
  }

  private write(text: string): void {
    this.chars += text.length;
    if (this.chars > this.sources.maxTextChars) throw new FileFault('text-too-long');
    this.paragraphs.at(-1)?.text.push(text);
  }

  private openTablePart(name: string, attributes: Attributes): boolean {
    if (name === 'tbl') this.writer.openTable();
    else if (name === 'tr') this.writer.openRow();
    else if (name === 'tc') this.cell = { columns: 1, isContinued: false };
    else if (name === 'gridSpan' && this.cell) this.cell.columns = Number(attribute(attributes, 'val') ?? 1);
    else if (name === 'vMerge' && this.cell)
      this.cell.isContinued = (attribute(attributes, 'val') ?? 'continue') === 'continue';
    else return false;
    return true;
  }

  private openTextPart(name: string, attributes: Attributes): void {
    const paragraph = this.paragraphs.at(-1);
    if (name === 'p') {
      this.openCell();
      this.paragraphs.push({ properties: {}, text: [] });
    } else if (name === 't') this.isText = true;
    else if (name === 'pPr') this.isParagraphProperties = true;
    else if (this.isParagraphProperties && paragraph) takeProperty(paragraph.properties, name, attributes);
    else if (name === 'vanish') this.isHidden = isOn(attribute(attributes, 'val'));
    else if (name === 'rStyle' && this.sources.styles.isHidden(attribute(attributes, 'val')))
      this.isHidden = true;
    else if (name === 'footnoteReference' || name === 'endnoteReference')
      this.note(name === 'footnoteReference' ? 'footnote' : 'endnote', attribute(attributes, 'id') ?? '');
    else if (characters[name] !== undefined && !this.isHidden) this.write(characters[name]);
  }

  /** A cell's properties come first in it, and may be missing. */
  private openCell(): void {
    if (!this.cell) return;
    this.writer.openCell(this.cell.columns, this.cell.isContinued ? 'above' : 'own');
    this.cell = undefined;
  }

  private note(kind: NoteKind, id: string): void {
    const text = this.sources.notes.textOf(kind, id);
    if (text === undefined || text === '') return;
    const mark = `(${++this.noteCount})`;
    this.write(mark);
    this.waitingNotes.push(`${mark} ${text}`);
  }

  private endParagraph(): void {
    const paragraph = this.paragraphs.pop();
    if (!paragraph) return;
    const text = paragraph.text.join('');
    const { styles, numbering } = this.sources;
    const properties = styles.resolve(paragraph.properties);
    const depth = properties.listLevel ?? 0;
    // an empty item counts, too
    const marker = properties.listId === undefined ? undefined : numbering.next(properties.listId, depth);
    if (text.trim() === '' || styles.isContents(properties)) return;
    const level = styles.headingLevel(properties);
    if (level !== undefined)
      this.writer.add({
        kind: 'heading',
        level,
        text: marker && marker !== '-' ? `${marker} ${text}` : text,
      });
    else if (marker) this.writer.add({ kind: 'item', marker, depth, text });
    else this.writer.add({ kind: 'paragraph', text });
    if (this.paragraphs.length === 0) this.writeNotes();
  }

  /** After the block that they belong to. */
  private writeNotes(): void {
    if (this.writer.isInTable) return;
    for (const text of this.waitingNotes.splice(0)) this.writer.add({ kind: 'paragraph', text });
  }
}
