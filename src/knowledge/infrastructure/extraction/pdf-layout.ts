import type { ExtractedText } from '../../domain/chunk.js';
import { LineJoiner } from './join-lines.js';
import { withTables } from './pdf-table.js';
import {
  bodySize,
  leader,
  linePitch,
  sentenceEnd,
  startsItem,
  withoutRunningLines,
  type PdfLine,
} from './pdf-lines.js';

export interface PdfDocument {
  title: string | null;
  pageCount: number;
  /** In reading order; ascending pages. */
  lines: PdfLine[];
}

/** Larger than the text around it by this much is a heading, unless too much of the document is. */
const headingRatio = 1.15;
const mostHeadings = 0.3;
const longestHeading = 150;
const deepestLevel = 6;

const lengthOf = (lines: PdfLine[]): number => lines.reduce((sum, { text }) => sum + text.length, 0);

class Layout {
  private readonly lines: PdfLine[];
  private readonly size: number;
  private readonly pitch: number;
  private readonly joiner: LineJoiner;
  private readonly levels: Map<number, number>;
  private readonly columnRights: Map<string, number>;

  constructor(private readonly document: PdfDocument) {
    this.lines = withTables(withoutRunningLines(document.lines, document.pageCount));
    this.size = bodySize(this.lines);
    this.pitch = linePitch(this.lines, this.size);
    this.joiner = new LineJoiner(this.lines);
    this.levels = this.headingLevels();
    this.columnRights = new Map();
    for (const line of this.lines) {
      for (const key of this.columnKeys(line)) {
        this.columnRights.set(key, Math.max(line.right, this.columnRights.get(key) ?? 0));
      }
    }
  }

  compose(): ExtractedText {
    const parts: string[] = [];
    const pages: ExtractedText['pages'] = [];
    const headings: ExtractedText['headings'] = [];
    let length = 0;
    const append = (part: string): void => {
      parts.push(part);
      length += part.length;
    };
    let previous: PdfLine | undefined;
    for (const line of this.lines) {
      const joined = previous && this.continues(previous, line);
      let text = line.text;
      if (previous && joined) {
        const { dropped, between } = this.joiner.join(previous, line);
        if (dropped > 0) {
          const last = parts.pop()!;
          parts.push(last.slice(0, -dropped));
          length -= dropped;
        }
        append(this.composes(previous.text, text) ? ' ' : between);
      } else if (previous) append(this.separator(previous, line));
      while (pages.length < line.page) pages.push({ number: pages.length + 1, start: length });
      const level = this.levelOf(line);
      if (level !== undefined && joined && headings.length > 0) headings.at(-1)!.title += ` ${text}`;
      else if (level !== undefined) headings.push({ level, title: text, start: length });
      append(text);
      previous = line;
    }
    while (pages.length < this.document.pageCount) pages.push({ number: pages.length + 1, start: length });
    return {
      text: parts.join(''),
      pages,
      headings,
      title: this.document.title ?? this.titleOf(headings, pages),
    };
  }

  /** Jamo that would melt into one syllable over a seam would make the text other than NFC. */
  private composes(end: string, start: string): boolean {
    const seam = end.slice(-1) + start.slice(0, 1);
    return seam.normalize('NFC') !== seam;
  }

  private titleOf(headings: ExtractedText['headings'], pages: ExtractedText['pages']): string | null {
    const first = headings.find(({ level }) => level === 1);
    return first && first.start < (pages[1]?.start ?? Infinity) ? first.title : null;
  }

  private headingLevels(): Map<number, number> {
    const candidates = this.lines.filter((line) => this.looksLikeHeading(line));
    if (lengthOf(candidates) > lengthOf(this.lines) * mostHeadings) return new Map();
    const sizes = [...new Set(candidates.map(({ size }) => Math.round(size)))].sort((a, b) => b - a);
    return new Map(sizes.map((size, index) => [size, Math.min(index + 1, deepestLevel)]));
  }

  private looksLikeHeading({ size, text }: PdfLine): boolean {
    return (
      size >= this.size * headingRatio &&
      text.length <= longestHeading &&
      /\p{L}/u.test(text) &&
      !leader.test(text)
    );
  }

  private levelOf(line: PdfLine): number | undefined {
    return !line.cells && this.looksLikeHeading(line) ? this.levels.get(Math.round(line.size)) : undefined;
  }

  /** Lines that start near each other stand in one column; two keys, so that a border between them matters less. */
  private columnKeys(line: PdfLine): string[] {
    const step = this.size * 6 || 1;
    const column = line.left / step;
    return [`${line.page}:${Math.floor(column)}`, `${line.page}:${Math.floor(column + 0.5)}h`];
  }

  /** Whether `above` went on until the next word no longer fitted. */
  private isFull(above: PdfLine, below: PdfLine): boolean {
    const right = Math.max(...this.columnKeys(above).map((key) => this.columnRights.get(key) ?? 0));
    const charWidth = (above.right - above.left) / Math.max(above.text.length, 1);
    const space = below.text.search(/\s/);
    const word = Math.min(space === -1 ? below.text.length : space, 24);
    return above.right + (word + 2) * charWidth >= right;
  }

  private continues(above: PdfLine, below: PdfLine): boolean {
    if (above.cells || below.cells) return false;
    const size = Math.max(above.size, below.size);
    if (Math.abs(above.size - below.size) > size * 0.1 && !this.sharesLine(above, below)) return false;
    if (this.levelOf(above) !== this.levelOf(below)) return false;
    if (startsItem(below, above) || leader.test(above.text)) return false;
    if (above.page !== below.page) return !sentenceEnd.test(above.text) && this.isFull(above, below);
    const drop = above.top - below.top;
    // a new column starts higher up
    if (drop < 0) return !sentenceEnd.test(above.text) && this.isFull(above, below);
    if (drop > Math.max(this.pitch, size) * 1.3) return false;
    if (this.levelOf(above) !== undefined) return true;
    const indent = below.left - above.left;
    if (indent > size * 0.8 && !startsItem(above)) return false;
    return this.isFull(above, below);
  }

  /** A bullet, a footnote mark or a word in another size on the same line. */
  private sharesLine(above: PdfLine, below: PdfLine): boolean {
    return above.page === below.page && startsItem(above) && above.top - below.top < this.pitch * 1.3;
  }

  private separator(above: PdfLine, below: PdfLine): string {
    const apart = above.page !== below.page || above.top - below.top > Math.max(this.pitch, above.size) * 1.3;
    const heading = this.levelOf(above) !== undefined || this.levelOf(below) !== undefined;
    return apart || heading || above.cells || below.cells ? '\n\n' : '\n';
  }
}

/**
 * Running text out of set lines: paragraphs joined again, pages and headings (by type size) with their offsets,
 * running headers and page numbers dropped.
 */
export const composePdfText = (document: PdfDocument): ExtractedText => new Layout(document).compose();
