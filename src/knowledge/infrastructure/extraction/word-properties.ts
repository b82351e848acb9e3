import { FileFault } from './extraction-protocol.js';

export interface ParagraphProperties {
  /** Of a heading, from 1; null for other paragraphs. */
  level: number | null;
  isItem: boolean;
  isInTable: boolean;
  /** The mark at the end of a table's row, which is no cell. */
  isRowEnd: boolean;
}

interface Run<T> {
  start: number;
  end: number;
  value: T;
}

const pageBytes = 512;
export const plainParagraph: ParagraphProperties = {
  level: null,
  isItem: false,
  isInTable: false,
  isRowEnd: false,
};

/** [MS-DOC] 2.6.1, 2.6.2: the properties that are looked at. */
const codes = {
  isInTable: 0x2416,
  isRowEnd: 0x2417,
  outlineLevel: 0x2640,
  listFormat: 0x460b,
  tableDefinition: 0xd608,
  tabChanges: 0xc615,
  isDeleted: 0x0800,
  isHidden: 0x083c,
};
/** By the three bits that say so, in bytes; the seventh kind says it itself. */
const operandBytes = [1, 1, 2, 4, 2, 2, 0, 3];

/** Reads a list of properties, as far as it is whole. */
const eachProperty = (list: Buffer, handle: (code: number, operand: number) => void): void => {
  for (let at = 0; at + 2 < list.length;) {
    const code = list.readUInt16LE(at);
    at += 2;
    let length = operandBytes[code >> 13]!;
    if (code === codes.tableDefinition && at + 2 <= list.length) length = list.readUInt16LE(at) + 1;
    else if (length === 0) length = list[at]! + 1;
    // tab changes of 255 bytes say their length elsewhere; nothing of interest follows them
    if (code === codes.tabChanges && length === 256) return;
    if (at + length > list.length) return;
    handle(code, length >= 2 ? list.readUInt16LE(at) : list[at]!);
    at += length;
  }
};

/** The runs of all pages that a table names, in the order of their places ([MS-DOC] 2.8.5, 2.8.6). */
const runsOf = <T>(
  stream: Buffer,
  table: Buffer,
  entryBytes: number,
  valueOf: (page: Buffer, offset: number) => T,
): Run<T>[] => {
  const count = Math.max(0, Math.floor((table.length - 4) / 8));
  // each page once
  if (count > stream.length / pageBytes) throw new FileFault('document-damaged');
  const runs: Run<T>[] = [];
  for (let index = 0; index < count; index++) {
    const at = (table.readUInt32LE((count + 1) * 4 + index * 4) & 0x3fffff) * pageBytes;
    if (at + pageBytes > stream.length) throw new FileFault('document-damaged');
    const page = stream.subarray(at, at + pageBytes);
    const runCount = page[pageBytes - 1]!;
    const entries = (runCount + 1) * 4;
    if (entries + runCount * entryBytes > pageBytes) throw new FileFault('document-damaged');
    for (let run = 0; run < runCount; run++) {
      const offset = page[entries + run * entryBytes]! * 2;
      runs.push({
        start: page.readUInt32LE(run * 4),
        end: page.readUInt32LE(run * 4 + 4),
        value: valueOf(page, offset),
      });
    }
  }
  return runs.sort((a, b) => a.start - b.start);
};

/** The last run that starts at or before the place. */
const indexAt = <T>(runs: Run<T>[], place: number): number => {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle]!.start <= place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

/** Styles 1 to 9 are Heading 1 to 9 in every document ([MS-DOC] 2.9.271); an outline level makes headings of others. */
const paragraphProperties = (page: Buffer, offset: number): ParagraphProperties => {
  if (offset === 0) return plainParagraph;
  const words = page[offset]!;
  const start = words === 0 ? offset + 2 : offset + 1;
  const length = words === 0 ? (page[offset + 1] ?? 0) * 2 : words * 2 - 1;
  const entry = page.subarray(start, start + length);
  if (entry.length < 2) return plainParagraph;
  const style = entry.readUInt16LE(0);
  const found = { ...plainParagraph, level: style >= 1 && style <= 9 ? style : null };
  eachProperty(entry.subarray(2), (code, operand) => {
    if (code === codes.isInTable) found.isInTable = operand === 1;
    else if (code === codes.isRowEnd) found.isRowEnd = operand === 1;
    else if (code === codes.listFormat) found.isItem = operand !== 0;
    else if (code === codes.outlineLevel) found.level = operand < 9 ? operand + 1 : null;
  });
  return found;
};

/** Properties of the paragraph whose mark stands at a place of the stream. */
export const paragraphRuns = (stream: Buffer, table: Buffer): { at(place: number): ParagraphProperties } => {
  const runs = runsOf(stream, table, 13, paragraphProperties);
  return { at: (place) => runs[indexAt(runs, place)]?.value ?? plainParagraph };
};

const isHidden = (page: Buffer, offset: number): boolean => {
  if (offset === 0) return false;
  let hidden = false;
  eachProperty(page.subarray(offset + 1, offset + 1 + page[offset]!), (code, operand) => {
    if (code === codes.isDeleted || code === codes.isHidden) hidden ||= operand === 1;
  });
  return hidden;
};

/** Blanks deleted and hidden characters out of a text that stands at a place of the stream. */
export const characterRuns = (
  stream: Buffer,
  table: Buffer,
): { withoutHidden(text: string, place: number, width: number): string } => {
  const hidden = runsOf(stream, table, 1, isHidden).filter(({ value }) => value);
  const withoutHidden = (text: string, place: number, width: number): string => {
    const end = place + text.length * width;
    const parts: string[] = [];
    let kept = 0;
    for (let index = Math.max(indexAt(hidden, place), 0); index < hidden.length; index++) {
      const run = hidden[index]!;
      if (run.start >= end) break;
      const from = Math.max(Math.ceil((run.start - place) / width), kept);
      const to = Math.min(Math.floor((run.end - place) / width), text.length);
      if (to <= from) continue;
      parts.push(text.slice(kept, from), '\0'.repeat(to - from));
      kept = to;
    }
    return parts.join('') + text.slice(kept);
  };
  return { withoutHidden };
};
