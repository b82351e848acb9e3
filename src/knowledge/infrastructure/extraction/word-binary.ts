import iconv from 'iconv-lite';
import { CompoundFile } from './compound-file.js';
import { FileFault } from './extraction-protocol.js';
import { characterRuns, paragraphRuns, plainParagraph, type ParagraphProperties } from './word-properties.js';

export interface WordParagraph extends ParagraphProperties {
  text: string;
  /** How it ends: as a paragraph, or as a cell or row of a table. */
  endsIn: 'paragraph' | 'cell';
}

export interface WordDocument {
  body: WordParagraph[];
  /** Footnotes, endnotes, text boxes: in this order. */
  asides: WordParagraph[][];
}

/** Places in the file information block ([MS-DOC] 2.5), the start of the stream `WordDocument`. */
const places = { magic: 0, flags: 0x0a, counts: 0x4c, characters: 0xfa, paragraphs: 0x102, pieces: 0x1a2 };
const fibBytes = 0x1aa;
const wordMagic = 0xa5ec;
const isEncryptedFlag = 0x0100;
const usesTable1Flag = 0x0200;

const fieldBegin = '\x13';
const fieldSeparator = '\x14';
const fieldEnd = '\x15';
const lineBreaks: Record<string, string> = { '\x0b': '\n', '\x1e': '\u2011', '\x1f': '' };

interface Piece {
  /** Place of its first character in the text. */
  start: number;
  end: number;
  /** Place of its first byte in the stream, and how many bytes a character has. */
  offset: number;
  width: 1 | 2;
}

const damaged = (): FileFault => new FileFault('document-damaged');

const part = (stream: Buffer, at: number, length: number): Buffer => {
  if (at + length > stream.length) throw damaged();
  return stream.subarray(at, at + length);
};

/** A part of the table stream, by its place and length in the information block. */
const tablePart = (fib: Buffer, table: Buffer, place: number): Buffer =>
  part(table, fib.readUInt32LE(place), fib.readUInt32LE(place + 4));

/** [MS-DOC] 2.9.38: formatting of pieces first, which is skipped, then the pieces. */
const piecesOf = (clx: Buffer): Piece[] => {
  let at = 0;
  while (at + 3 <= clx.length && clx[at] === 1) at += 3 + clx.readUInt16LE(at + 1);
  if (at + 5 > clx.length || clx[at] !== 2) throw damaged();
  const plc = part(clx, at + 5, clx.readUInt32LE(at + 1));
  const count = Math.floor((plc.length - 4) / 12);
  return Array.from({ length: Math.max(count, 0) }, (_, index) => {
    const place = plc.readUInt32LE((count + 1) * 4 + index * 8 + 2);
    const isNarrow = (place & 0x40000000) !== 0;
    const offset = place & 0x3fffffff;
    return {
      start: plc.readUInt32LE(index * 4),
      end: plc.readUInt32LE(index * 4 + 4),
      offset: isNarrow ? offset >>> 1 : offset,
      width: isNarrow ? 1 : 2,
    };
  });
};

class WordReader {
  private readonly stream: Buffer;
  private readonly pieces: Piece[];
  private readonly paragraphs: ReturnType<typeof paragraphRuns>;
  private readonly characters: ReturnType<typeof characterRuns>;
  private total = 0;

  constructor(
    file: CompoundFile,
    private readonly maxTextChars: number,
  ) {
    const stream = file.stream('WordDocument');
    if (!stream || stream.length < fibBytes || stream.readUInt16LE(places.magic) !== wordMagic)
      throw damaged();
    const flags = stream.readUInt16LE(places.flags);
    if ((flags & isEncryptedFlag) !== 0) throw new FileFault('document-encrypted');
    const table = file.stream((flags & usesTable1Flag) === 0 ? '0Table' : '1Table');
    if (!table) throw damaged();
    this.stream = stream;
    this.pieces = piecesOf(tablePart(stream, table, places.pieces));
    this.paragraphs = paragraphRuns(stream, tablePart(stream, table, places.paragraphs));
    this.characters = characterRuns(stream, tablePart(stream, table, places.characters));
  }

  read(): WordDocument {
    // body, footnotes, headers, macros, comments, endnotes, text boxes: one after the other in the text
    const counts = Array.from({ length: 7 }, (_, index) =>
      this.stream.readUInt32LE(places.counts + index * 4),
    );
    const starts: number[] = [];
    let at = 0;
    for (const count of counts) {
      starts.push(at);
      at += count;
    }
    const section = (index: number): WordParagraph[] =>
      this.paragraphsIn(starts[index]!, starts[index]! + counts[index]!);
    return { body: section(0), asides: [section(1), section(5), section(6)] };
  }

  private paragraphsIn(from: number, to: number): WordParagraph[] {
    const found: WordParagraph[] = [];
    let text = '';
    /** Of the fields that are open: whether their instruction is over, and so their result shown. */
    const fields: boolean[] = [];
    let instructions = 0;
    for (const piece of this.pieces) {
      const start = Math.max(piece.start, from);
      const end = Math.min(piece.end, to);
      if (start >= end) continue;
      const raw = this.textOf(piece, start, end);
      for (let index = 0; index < raw.length; index++) {
        const char = raw[index]!;
        if (char === fieldBegin) {
          fields.push(false);
          instructions++;
        } else if (char === fieldSeparator && fields.at(-1) === false) {
          fields[fields.length - 1] = true;
          instructions--;
        } else if (char === fieldEnd) instructions -= fields.pop() === false ? 1 : 0;
        else if (char === '\r' || char === '\x07' || char === '\x0c') {
          const offset = piece.offset + (start - piece.start + index) * piece.width;
          const endsIn = char === '\x07' ? 'cell' : 'paragraph';
          found.push({ text, endsIn, ...this.paragraphs.at(offset) });
          text = '';
        } else if (instructions === 0) text += lineBreaks[char] ?? char;
      }
    }
    if (text !== '') found.push({ text, endsIn: 'paragraph', ...plainParagraph });
    return found;
  }

  /** What is not deleted or hidden; those characters as NUL, so that places stay. */
  private textOf(piece: Piece, start: number, end: number): string {
    this.total += end - start;
    if (this.total > this.maxTextChars) throw new FileFault('text-too-long');
    const offset = piece.offset + (start - piece.start) * piece.width;
    const bytes = part(this.stream, offset, (end - start) * piece.width);
    const text = piece.width === 1 ? iconv.decode(bytes, 'windows-1252') : bytes.toString('utf16le');
    return this.characters.withoutHidden(text, offset, piece.width);
  }
}

/**
 * The text of a Word 97 to 2003 document by its piece table, with what its paragraph properties say of headings, lists
 * and tables ([MS-DOC] 2.4). Deleted and hidden text is left out, and so are headers and comments.
 */
export const readWordBinary = (bytes: Buffer, maxTextChars: number): WordDocument =>
  new WordReader(new CompoundFile(bytes), maxTextChars).read();
