import CFB from 'cfb';

export interface WordPart {
  text: string;
  /** Its last character: the end of a paragraph, or of a cell. */
  end?: '\r' | '\x07';
  /** 0 for text, 1 to 9 for headings. */
  style?: number;
  /** Properties beside the style, as [code, operand]. */
  properties?: [code: number, operand: number][];
}

export interface WordOptions {
  isEncrypted?: boolean;
  /** Stored with a byte for each character, in Windows' own Latin. */
  isNarrow?: boolean;
  /** Characters that are marked as deleted, from and to. */
  deleted?: [from: number, to: number];
  /** What belongs to the footnotes, of the text's end. */
  footnoteLength?: number;
}

const page = 512;
const textAt = 2 * page;
const properties = { isInTable: 0x2416, isRowEnd: 0x2417, listFormat: 0x460b, isDeleted: 0x0800 };
export const inTable: [number, number] = [properties.isInTable, 1];
export const rowEnd: [number, number] = [properties.isRowEnd, 1];
export const listItem: [number, number] = [properties.listFormat, 1];

/** A property with its operand: one byte, or two for those of the kind that says so. */
const property = ([code, operand]: [number, number]): Buffer => {
  const isWide = code >> 13 === 2;
  const data = Buffer.alloc(isWide ? 4 : 3);
  data.writeUInt16LE(code);
  if (isWide) data.writeUInt16LE(operand, 2);
  else data[2] = operand;
  return data;
};

/** A page of formatted runs: their places first, their entries from its end backwards, their number last. */
const formattedPage = (places: number[], entryBytes: number, entries: (Buffer | undefined)[]): Buffer => {
  const made = Buffer.alloc(page);
  places.forEach((place, index) => made.writeUInt32LE(place, index * 4));
  let free = page - 1;
  entries.forEach((entry, index) => {
    if (!entry) return;
    free = (free - entry.length) & ~1;
    entry.copy(made, free);
    made[places.length * 4 + index * entryBytes] = free / 2;
  });
  made[page - 1] = entries.length;
  return made;
};

const paragraphEntry = ({ style = 0, properties: list = [] }: WordPart): Buffer => {
  const styled = Buffer.concat([Buffer.from([style, 0]), ...list.map(property)]);
  // an odd number of bytes follows its count of words, an even one a zero and that count
  return styled.length % 2 === 1
    ? Buffer.concat([Buffer.from([(styled.length + 1) / 2]), styled])
    : Buffer.concat([Buffer.from([0, styled.length / 2]), styled]);
};

/** A table of one page. */
const pageTable = (from: number, to: number, pageNumber: number): Buffer => {
  const table = Buffer.alloc(12);
  [from, to, pageNumber].forEach((value, index) => table.writeUInt32LE(value, index * 4));
  return table;
};

/** Word 97 by hand: one piece of text, one page of paragraph and one of character properties. */
export const aWordFile = (parts: WordPart[], options: WordOptions = {}): Buffer => {
  const { isEncrypted = false, isNarrow = false, deleted = [0, 0], footnoteLength = 0 } = options;
  const text = parts.map((part) => part.text + (part.end ?? '\r')).join('');
  const width = isNarrow ? 1 : 2;
  const textBytes = Buffer.from(text, isNarrow ? 'latin1' : 'utf16le');
  const placeOf = (at: number): number => textAt + at * width;
  const textPages = Math.ceil(textBytes.length / page);
  const ends = parts.map((_, index) =>
    placeOf(parts.slice(0, index + 1).reduce((sum, part) => sum + part.text.length + 1, 0)),
  );
  const paragraphs = formattedPage([textAt, ...ends], 13, parts.map(paragraphEntry));
  const mark = property([properties.isDeleted, 1]);
  const characters = formattedPage(
    [textAt, placeOf(deleted[0]), placeOf(deleted[1]), placeOf(text.length)],
    1,
    [undefined, Buffer.concat([Buffer.from([mark.length]), mark]), undefined],
  );
  const pieces = Buffer.alloc(5 + 16);
  pieces[0] = 2;
  pieces.writeUInt32LE(16, 1);
  pieces.writeUInt32LE(text.length, 9);
  pieces.writeUInt32LE(isNarrow ? (0x40000000 | (textAt * 2)) >>> 0 : textAt, 15);
  const tables = [
    pageTable(textAt, placeOf(text.length), 2 + textPages),
    pageTable(textAt, placeOf(text.length), 3 + textPages),
    pieces,
  ];
  const header = Buffer.alloc(textAt);
  header.writeUInt16LE(0xa5ec);
  header.writeUInt16LE(isEncrypted ? 0x0100 : 0, 0x0a);
  header.writeUInt32LE(text.length - footnoteLength, 0x4c);
  header.writeUInt32LE(footnoteLength, 0x50);
  let at = 0;
  [0x102, 0xfa, 0x1a2].forEach((place, index) => {
    header.writeUInt32LE(at, place);
    header.writeUInt32LE(tables[index]!.length, place + 4);
    at += tables[index]!.length;
  });
  const padding = Buffer.alloc(textPages * page - textBytes.length);
  const file = CFB.utils.cfb_new();
  CFB.utils.cfb_add(
    file,
    '/WordDocument',
    Buffer.concat([header, textBytes, padding, paragraphs, characters]),
  );
  CFB.utils.cfb_add(file, '/0Table', Buffer.concat(tables));
  return Buffer.from(CFB.write(file, { type: 'buffer' }) as Buffer);
};
