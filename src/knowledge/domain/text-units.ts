import { splitSentences } from '../../shared/sentences.js';
import type { TextRange } from '../../shared/text-blocks.js';
import type { ExtractedText } from './chunk.js';
import { textSegments, type TextSegment } from './text-segments.js';

export type CountTokens = (text: string) => number;

/** What a chunk is packed from: never cut further. */
export interface TextUnit extends TextRange {
  kind: 'sentence' | 'heading' | 'code' | 'table';
  tokens: number;
  /** Set on the rows of a table that was cut: its header rows, for the context of the chunks that continue it. */
  tableHeader?: string;
}

const isSpace = (char: string): boolean => /\s/.test(char);
const isInsidePair = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
};

const trimmed = (text: string, range: TextRange): TextRange => {
  let { start, end } = range;
  while (start < end && isSpace(text[start]!)) start++;
  while (end > start && isSpace(text[end - 1]!)) end--;
  return { start, end };
};

/** At most `length` units on, after white space if there is some in the second half, never inside a pair. */
const cutAt = (text: string, start: number, limit: number, length: number): number => {
  if (start + length >= limit) return limit;
  const end = start + length;
  for (let at = end; at > start + length / 2; at--) if (isSpace(text[at - 1]!)) return at;
  return isInsidePair(text, end) ? Math.max(end - 1, start + 1) : end;
};

/** Cuts a range into pieces of at most `maxTokens`: at white space where possible, at code points otherwise. */
export const cutByTokens = (
  text: string,
  whole: TextRange,
  maxTokens: number,
  count: CountTokens,
): TextRange[] => {
  const pieces: TextRange[] = [];
  let { start, end } = trimmed(text, whole);
  while (start < end) {
    let length = maxTokens * 4;
    let cut = cutAt(text, start, end, length);
    while (count(text.slice(start, cut)) > maxTokens && cut - start > 2) {
      length = Math.floor(Math.min(length, cut - start) * 0.7);
      cut = cutAt(text, start, end, length);
    }
    if (isInsidePair(text, cut)) cut++;
    pieces.push(trimmed(text, { start, end: cut }));
    ({ start, end } = trimmed(text, { start: cut, end }));
  }
  return pieces;
};

const linesOf = (text: string, range: TextRange): TextRange[] => {
  const lines: TextRange[] = [];
  for (let start = range.start; start < range.end;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 || newline > range.end ? range.end : newline;
    lines.push({ start, end });
    start = end + 1;
  }
  return lines;
};

/** What begins without indent after an empty line: a function, mostly, with the comment on it. */
const codeParagraphs = (text: string, lines: TextRange[]): TextRange[] => {
  const paragraphs: TextRange[] = [];
  let afterBlank = true;
  for (const { start, end } of lines) {
    const isBlank = text.slice(start, end).trim() === '';
    const current = paragraphs.at(-1);
    if (current && (isBlank || !afterBlank || /[\s})\]]/.test(text[start]!))) current.end = end;
    else if (!isBlank) paragraphs.push({ start, end });
    afterBlank = isBlank;
  }
  return paragraphs;
};

class UnitReader {
  readonly units: TextUnit[] = [];
  private readonly headingStarts: Set<number>;

  constructor(
    private readonly extracted: ExtractedText,
    private readonly maxTokens: number,
    private readonly count: CountTokens,
  ) {
    this.headingStarts = new Set(extracted.headings.map(({ start }) => start));
  }

  read(): TextUnit[] {
    for (const segment of textSegments(this.extracted.text)) {
      if (segment.kind === 'prose') this.readProse(segment);
      else this.readWhole(segment);
    }
    return this.units;
  }

  private readProse(segment: TextSegment): void {
    for (const { start, end } of splitSentences(this.extracted.text.slice(segment.start, segment.end))) {
      const range = { start: segment.start + start, end: segment.start + end };
      this.push(range, this.headingStarts.has(range.start) ? 'heading' : 'sentence');
    }
  }

  /** Code and tables stay whole where they fit; code goes paragraph by paragraph where not, and line by line beyond. */
  private readWhole(segment: TextSegment): void {
    const { text } = this.extracted;
    const kind = segment.kind === 'table' ? 'table' : 'code';
    const range = trimmed(text, segment);
    const tokens = this.count(text.slice(range.start, range.end));
    if (tokens <= this.maxTokens) {
      this.units.push({ ...range, kind, tokens });
      return;
    }
    const header =
      segment.bodyStart === undefined ? undefined : text.slice(segment.start, segment.bodyStart).trim();
    const parts = kind === 'code' ? codeParagraphs(text, linesOf(text, segment)) : linesOf(text, segment);
    for (const line of parts.flatMap((part) => this.fitting(part))) {
      const continues = segment.bodyStart !== undefined && line.start >= segment.bodyStart;
      this.push(line, kind, continues ? header : undefined);
    }
  }

  private fitting(range: TextRange): TextRange[] {
    const { text } = this.extracted;
    const fits = this.count(text.slice(range.start, range.end)) <= this.maxTokens;
    return fits ? [range] : linesOf(text, range);
  }

  private push(range: TextRange, kind: TextUnit['kind'], tableHeader?: string): void {
    const { text } = this.extracted;
    const { start, end } = kind === 'code' ? range : trimmed(text, range);
    if (text.slice(start, end).trim() === '') return;
    const tokens = this.count(text.slice(start, end));
    if (tokens <= this.maxTokens) {
      this.units.push({ start, end, kind, tokens, tableHeader });
      return;
    }
    for (const piece of cutByTokens(text, { start, end }, this.maxTokens, this.count)) {
      const pieceTokens = this.count(text.slice(piece.start, piece.end));
      this.units.push({
        ...piece,
        kind: kind === 'heading' ? 'sentence' : kind,
        tokens: pieceTokens,
        tableHeader,
      });
    }
  }
}

/** Sentences, headings, code and tables in order, each of at most `maxTokens`; all text but white space is in one. */
export const textUnits = (extracted: ExtractedText, maxTokens: number, count: CountTokens): TextUnit[] =>
  new UnitReader(extracted, maxTokens, count).read();
