import type { ExtractedText } from '../../domain/chunk.js';
import { cleanText } from './clean-text.js';
import { FileFault } from './extraction-protocol.js';

const longestTitle = 500;
const notYet = Infinity;
const fences = /`{3,}/g;

/** One line of it, white space collapsed. */
export const oneLine = (raw: string): string => cleanText(raw).replace(/\s+/g, ' ').trim();

/** Tables of contents often leave a heading's number out, or break it elsewhere. */
export const isSameTitle = (one: string, other: string): boolean => {
  const [first, second] = [one, other].map((title) =>
    title
      .toLowerCase()
      .replace(/\s+/g, '')
      .replace(/^[\d.]{1,20}(?=\D)/, ''),
  );
  return first === second;
};

const trimmedBlock = (raw: string): string => {
  const lines = cleanText(raw).split('\n');
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/^\n+|\n+$/g, '');
};

/**
 * Puts an extracted text together from blocks, and keeps where its pages and headings start. Blocks stand apart by an
 * empty line, which is also what keeps the whole in NFC: nothing composes over a line end.
 */
export class TextBuilder {
  private readonly parts: string[] = [];
  private readonly pages: ExtractedText['pages'] = [];
  private readonly headings: ExtractedText['headings'] = [];
  /** Pages and sections whose first block has not come yet. */
  private waiting: { start: number }[] = [];
  private length = 0;

  /** @throws FileFault `text-too-long` as soon as the text exceeds `maxTextChars` */
  constructor(private readonly maxTextChars: number) {}

  get isEmpty(): boolean {
    return this.length === 0;
  }

  /** A paragraph, a list item, whatever is not one of the others. Lines keep their indents. */
  block(raw: string, separator: '\n' | '\n\n' = '\n\n'): void {
    const text = trimmedBlock(raw);
    if (text !== '') this.append(text, separator);
  }

  /** @param level from 1; the title stands in the text as a line of its own */
  heading(level: number, raw: string): void {
    const text = oneLine(raw);
    if (text === '') return;
    this.append(text, '\n\n');
    const start = this.length - text.length;
    const title = text.slice(0, longestTitle);
    const last = this.headings.at(-1);
    // said by a section already, which knows its level better
    if (last?.start === start && isSameTitle(last.title, title)) last.title = title;
    else this.headings.push({ level: Math.max(1, level), title, start });
  }

  /** A path to what follows, without a line of its own in the text. */
  section(level: number, raw: string): void {
    const title = oneLine(raw).slice(0, longestTitle);
    if (title === '') return;
    const section = { level, title, start: notYet };
    this.headings.push(section);
    this.waiting.push(section);
  }

  /** Fenced, with more backticks than the code has in a row. White space stays. */
  code(raw: string, language = ''): void {
    const code = cleanText(raw).replace(/^(?:[^\S\n]*\n)+|\s+$/g, '');
    if (code === '') return;
    const longest = (code.match(fences) ?? []).reduce((most, { length }) => Math.max(most, length), 2);
    const fence = '`'.repeat(longest + 1);
    this.append(`${fence}${language}\n${code}\n${fence}`, '\n\n');
  }

  /** What comes next stands on this page. */
  page(number: number): void {
    const page = { number, start: notYet };
    this.pages.push(page);
    this.waiting.push(page);
  }

  build(title: string | null = null): ExtractedText {
    const text = this.parts.join('');
    const stated = title === null ? '' : oneLine(title).slice(0, longestTitle);
    return {
      text,
      pages: this.pages.map(({ number, start }) => ({ number, start: Math.min(start, text.length) })),
      // a section without a block is none
      headings: this.headings.filter(({ start }) => start !== notYet),
      title: stated || (this.headings.find(({ level }) => level === 1)?.title ?? null),
    };
  }

  private append(text: string, separator: string): void {
    const part = this.length === 0 ? text : separator + text;
    this.length += part.length;
    for (const place of this.waiting) place.start = this.length - text.length;
    if (this.waiting.length > 0) this.waiting = [];
    if (this.length > this.maxTextChars) throw new FileFault('text-too-long');
    this.parts.push(part);
  }
}
