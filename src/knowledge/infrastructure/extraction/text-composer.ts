import type { ExtractedText } from '../../domain/chunk.js';
import { cleanText } from './clean-text.js';
import { FileFault } from './extraction-protocol.js';

const deepestList = 8;
const longestTitle = 1_000;
/** Wider tables are cut into rows of text anyway, and their delimiter row would be as long as they are. */
const fewestColumns = 2;

const singleLine = (text: string): string => cleanText(text).replace(/\s+/g, ' ').trim();
/** What would end a cell is escaped, as Markdown has it. */
const cellText = (text: string): string => singleLine(text).replaceAll('|', '\\|');

/** Titles that programs write by themselves. */
const uselessTitle =
  /^(?:untitled|제목 없음|(?:powerpoint )?presentation\d*|powerpoint 프레젠테이션|document\d*|.*\.(?:docx?|hwpx?|pdf|pptx?|xlsx?|od[tps]|rtf))$/i;

/**
 * Puts a document's text together from its blocks, with the exact places of its pages and headings. Blocks are cleaned
 * (NFC, `\n`) one by one; what stands between them is nothing that a combining mark could melt into.
 */
export class TextComposer {
  private readonly parts: string[] = [];
  private readonly pages: ExtractedText['pages'] = [];
  private readonly headings: ExtractedText['headings'] = [];
  private length = 0;
  private previous: 'item' | 'row' | 'block' | undefined;

  constructor(private readonly maxTextChars: number) {}

  page(number: number): void {
    this.pages.push({ number, start: -1 });
  }

  heading(level: number, title: string): void {
    const text = singleLine(title);
    if (text === '') return;
    this.begin('block');
    this.headings.push({ level, title: text.slice(0, longestTitle), start: this.length });
    this.append(text);
  }

  paragraph(text: string): void {
    const cleaned = cleanText(text)
      .replace(/[ \t]+\n/g, '\n')
      .trim();
    if (cleaned === '') return;
    this.begin('block');
    this.append(cleaned);
  }

  /** @param marker as it is seen, `-` or `1.`; @param depth from 0 */
  item(marker: string, depth: number, text: string): void {
    const cleaned = singleLine(text);
    if (cleaned === '') return;
    this.begin('item');
    this.append(`${'  '.repeat(Math.min(depth, deepestList))}${singleLine(marker) || '-'} ${cleaned}`);
  }

  /** A Markdown table whose first row is its header. Tables of one column are paragraphs: frames, mostly. */
  table(rows: string[][]): void {
    const filled = rows.filter((row) => row.some((cell) => cell.trim() !== ''));
    const columns = Math.max(0, ...filled.slice(0, 1_000).map((row) => row.length));
    if (columns < fewestColumns) {
      for (const row of filled) this.paragraph(row.join('\n'));
      return;
    }
    filled.forEach((row, index) => {
      if (index === 0) this.header(row, columns);
      else this.row(row, columns);
    });
  }

  header(cells: string[], columns: number): void {
    this.begin('block');
    this.append(this.rowText(cells, columns));
    this.row(
      Array.from({ length: columns }, () => '---'),
      columns,
    );
  }

  /** Of the table whose header was the last but for other rows. */
  row(cells: string[], columns: number): void {
    this.begin('row');
    this.append(this.rowText(cells, columns));
  }

  finish(title: string | null): ExtractedText {
    this.placePages();
    const stated = title === null ? '' : singleLine(title).slice(0, longestTitle);
    const own = stated === '' || uselessTitle.test(stated) ? undefined : stated;
    const [first] = this.headings;
    return {
      text: this.parts.join(''),
      pages: this.pages,
      headings: this.headings,
      title: own ?? (first?.level === 1 && first.start < 1_000 ? first.title : null),
    };
  }

  private rowText(cells: string[], columns: number): string {
    const padded = [...cells, ...Array.from({ length: Math.max(0, columns - cells.length) }, () => '')];
    return `| ${padded.map(cellText).join(' | ')} |`;
  }

  private begin(kind: 'item' | 'row' | 'block'): void {
    if (this.previous !== undefined)
      this.append(kind === 'row' || (kind === 'item' && this.previous === 'item') ? '\n' : '\n\n');
    this.placePages();
    this.previous = kind;
  }

  /** A page starts where its first text does; one without text where the next one starts. */
  private placePages(): void {
    for (let at = this.pages.length - 1; at >= 0 && this.pages[at]!.start < 0; at--)
      this.pages[at]!.start = this.length;
  }

  private append(text: string): void {
    this.parts.push(text);
    this.length += text.length;
    if (this.length > this.maxTextChars) throw new FileFault('text-too-long');
  }
}
