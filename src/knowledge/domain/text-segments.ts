import type { TextRange } from '../../shared/text-blocks.js';

export interface TextSegment extends TextRange {
  kind: 'prose' | 'code' | 'table';
  /** Where a table's first data row starts: its header and delimiter rows lie before. Only for tables. */
  bodyStart?: number;
}

const fence = /^ {0,3}(`{3,}|~{3,})/;
const tableRow = /^\s{0,3}\|/;
const delimiterRow = /^\s{0,3}\|[\s:|-]*-[\s:|-]*$/;
/** Delimiter rows are short; anything longer is not looked at in full. */
const delimiterLength = 2_000;

interface Line extends TextRange {
  /** Past the line's newline. */
  next: number;
}

const lineAt = (text: string, start: number): Line => {
  const newline = text.indexOf('\n', start);
  return newline === -1
    ? { start, end: text.length, next: text.length }
    : { start, end: newline, next: newline + 1 };
};

const headOf = (text: string, line: Line): string =>
  text.slice(line.start, Math.min(line.end, line.start + 16));

/** Past the closing fence, or the end of the text where it is missing. */
const endOfCode = (text: string, opening: Line, mark: string): number => {
  for (let at = opening.next; at < text.length;) {
    const line = lineAt(text, at);
    const closing = fence.exec(headOf(text, line))?.[1];
    if (closing && closing.startsWith(mark) && text.slice(line.start, line.end).trim() === closing)
      return line.end;
    at = line.next;
  }
  return text.length;
};

/** The table that starts at `first`, if one does: a row, a delimiter row, and rows. */
const tableAt = (text: string, first: Line): TextSegment | undefined => {
  if (!tableRow.test(headOf(text, first)) || first.next >= text.length) return undefined;
  const second = lineAt(text, first.next);
  if (
    second.end - second.start > delimiterLength ||
    !delimiterRow.test(text.slice(second.start, second.end))
  ) {
    return undefined;
  }
  let end = second.end;
  for (let at = second.next; at < text.length;) {
    const line = lineAt(text, at);
    if (!tableRow.test(headOf(text, line))) break;
    end = line.end;
    at = line.next;
  }
  return { kind: 'table', start: first.start, end, bodyStart: Math.min(second.next, end) };
};

/** The text as a sequence of fenced code, Markdown tables and the prose between them; gaps are white space. */
export const textSegments = (text: string): TextSegment[] => {
  const segments: TextSegment[] = [];
  let proseStart = 0;
  for (let at = 0; at < text.length;) {
    const line = lineAt(text, at);
    const mark = fence.exec(headOf(text, line))?.[1];
    const special: TextSegment | undefined = mark
      ? { kind: 'code', start: line.start, end: endOfCode(text, line, mark) }
      : tableAt(text, line);
    if (special) {
      if (special.start > proseStart) segments.push({ kind: 'prose', start: proseStart, end: special.start });
      segments.push(special);
      proseStart = special.end;
    }
    at = special ? lineAt(text, special.end).next : line.next;
  }
  if (proseStart < text.length) segments.push({ kind: 'prose', start: proseStart, end: text.length });
  return segments;
};
