import { FileFault } from '../extraction-protocol.js';
import type { BlockWriter } from './block-writer.js';
import { OdfStyles, outline } from './odf-styles.js';
import { attribute, type Attributes } from './xml.js';

interface Paragraph {
  text: string[];
  /** Of a heading. */
  level?: number;
  isNumbered: boolean;
}

interface OpenList {
  style: string;
  count: number;
  /** Its first paragraph is still to come: only that has a mark. */
  isItemNew: boolean;
}

const mostSpaces = 100;

/** Paragraphs, headings and lists, as all three kinds of OpenDocument files have them. */
export class OdfText {
  private readonly paragraphs: Paragraph[] = [];
  private readonly lists: OpenList[] = [];
  private readonly headingCounts: number[] = [];
  private readonly finishedCounts = new Map<string, number>();
  private readonly notes: string[] = [];
  private openNote: string[] | undefined;
  private noteCount = 0;
  private chars = 0;
  /** What comes is the title of a slide. */
  titleLevel: number | undefined;

  constructor(
    private readonly writer: BlockWriter,
    private readonly styles: OdfStyles,
    private readonly maxTextChars: number,
  ) {}

  open(name: string, attributes: Attributes): void {
    if (name === 'p' || name === 'h') this.startParagraph(name, attributes);
    else if (name === 'list') this.startList(attributes);
    else if (name === 'list-item' || name === 'list-header') this.startItem(name, attributes);
    else if (name === 's')
      this.text(' '.repeat(Math.min(Number(attribute(attributes, 'c') ?? 1), mostSpaces)));
    else if (name === 'tab') this.text('\t');
    else if (name === 'line-break') this.text('\n');
    else if (name === 'note') this.text(`(${++this.noteCount})`);
    else if (name === 'note-body') this.openNote = [];
  }

  close(name: string): void {
    if (name === 'p' || name === 'h') this.endParagraph();
    else if (name === 'list') this.endList();
    else if (name === 'note-body' && this.openNote) {
      this.notes.push(`(${this.noteCount}) ${this.openNote.join(' ')}`);
      this.openNote = undefined;
    } else if (name === 'table') this.writeNotes();
  }

  text(text: string): void {
    const paragraph = this.paragraphs.at(-1);
    if (!paragraph) return;
    this.chars += text.length;
    if (this.chars > this.maxTextChars) throw new FileFault('text-too-long');
    paragraph.text.push(text);
  }

  private startParagraph(name: string, attributes: Attributes): void {
    const style = attribute(attributes, 'style-name');
    const level =
      name === 'h'
        ? Math.max(1, Number(attribute(attributes, 'outline-level') ?? 1))
        : this.styles.headingLevel(style);
    const isNumbered = name === 'h' && attribute(attributes, 'is-list-header') !== 'true';
    this.paragraphs.push({ text: [], level: level ?? this.titleLevel, isNumbered });
  }

  private startList(attributes: Attributes): void {
    const outer = this.lists.at(-1);
    const style = attribute(attributes, 'style-name') ?? outer?.style ?? '';
    const isContinued = attribute(attributes, 'continue-numbering') === 'true';
    const continued = attribute(attributes, 'continue-list') !== undefined || isContinued;
    const before = this.styles.startOf(style, this.lists.length + 1) - 1;
    const count = continued ? (this.finishedCounts.get(style) ?? before) : before;
    this.lists.push({ style, count, isItemNew: false });
  }

  private startItem(name: string, attributes: Attributes): void {
    const list = this.lists.at(-1);
    if (!list || name === 'list-header') return;
    const start = attribute(attributes, 'start-value');
    list.count = start === undefined ? list.count + 1 : Number(start);
    list.isItemNew = true;
  }

  private endList(): void {
    const list = this.lists.pop();
    if (list) this.finishedCounts.set(list.style, list.count);
  }

  private endParagraph(): void {
    const paragraph = this.paragraphs.pop();
    if (!paragraph) return;
    const text = paragraph.text.join('');
    if (this.openNote) {
      this.openNote.push(text);
      return;
    }
    const list = this.lists.at(-1);
    const mark = list?.isItemNew
      ? this.styles.markOf(
          list.style,
          this.lists.map(({ count }) => count),
        )
      : '';
    if (text.trim() === '') return;
    if (list) list.isItemNew = false;
    const { level } = paragraph;
    if (level !== undefined) this.writeHeading(level, paragraph.isNumbered, mark, text);
    else if (mark !== '') this.writer.add({ kind: 'item', marker: mark, depth: this.lists.length - 1, text });
    else this.writer.add({ kind: 'paragraph', text });
    if (this.paragraphs.length === 0) this.writeNotes();
  }

  private writeHeading(level: number, isNumbered: boolean, listMark: string, text: string): void {
    let mark = listMark === '-' ? '' : listMark;
    if (mark === '' && isNumbered && this.titleLevel === undefined) {
      const counts = this.headingCounts;
      while (counts.length < level) counts.push(0);
      counts.length = level;
      counts[level - 1]!++;
      mark = this.styles.markOf(outline, counts);
    }
    this.writer.add({ kind: 'heading', level, text: mark === '' ? text : `${mark} ${text}` });
  }

  private writeNotes(): void {
    if (this.writer.isInTable) return;
    for (const text of this.notes.splice(0)) this.writer.add({ kind: 'paragraph', text });
  }
}
