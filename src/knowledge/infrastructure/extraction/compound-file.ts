import { FileFault } from './extraction-protocol.js';

const mark = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const headerBytes = 512;
const entryBytes = 128;
const miniSectorBytes = 64;
/** Sector numbers from here on are marks: free, end of chain, table. */
const firstMark = 0xfffffffa;
const headerFatSectors = 109;
const rootType = 5;
const streamType = 2;

interface Entry {
  start: number;
  size: number;
}

/**
 * Streams of an OLE compound file ([MS-CFB]), the container of Word 97 to 2003, by name; storages inside it are not
 * told apart. A chain is followed for as many sectors as the file has: it cannot go round.
 */
export class CompoundFile {
  private readonly sectorBytes: number;
  private readonly fat: number[];
  private readonly miniFat: number[];
  private readonly miniStream: Buffer;
  private readonly smallBelow: number;
  private readonly streams = new Map<string, Entry>();

  /** @throws FileFault `document-damaged` */
  constructor(private readonly bytes: Buffer) {
    if (bytes.length < headerBytes || !bytes.subarray(0, mark.length).equals(mark)) throw damaged();
    const shift = bytes.readUInt16LE(30);
    if (shift !== 9 && shift !== 12) throw damaged();
    this.sectorBytes = 2 ** shift;
    this.smallBelow = bytes.readUInt32LE(56);
    this.fat = this.readFat();
    this.miniFat = numbersOf(this.chain(bytes.readUInt32LE(60)));
    const root = this.readDirectory(this.chain(bytes.readUInt32LE(48)));
    this.miniStream = this.chain(root.start).subarray(0, root.size);
  }

  /** Undefined when there is no such stream. */
  stream(name: string): Buffer | undefined {
    const entry = this.streams.get(name);
    if (!entry) return undefined;
    const isSmall = entry.size < this.smallBelow;
    return (isSmall ? this.miniChain(entry.start) : this.chain(entry.start)).subarray(0, entry.size);
  }

  /** The sector's bytes; those of the last one may be fewer. */
  private sector(number: number): Buffer {
    const at = (number + 1) * this.sectorBytes;
    if (at >= this.bytes.length) throw damaged();
    return this.bytes.subarray(at, at + this.sectorBytes);
  }

  private readFat(): number[] {
    const sectors: number[] = [];
    const most = Math.ceil(this.bytes.length / this.sectorBytes);
    for (let index = 0; index < headerFatSectors; index++)
      sectors.push(this.bytes.readUInt32LE(76 + index * 4));
    // a file of more than 7 MB lists the rest in sectors of their own, each of which ends in the next one's number
    let next = this.bytes.readUInt32LE(68);
    for (let read = 0; next < firstMark; read++) {
      if (read > most) throw damaged();
      const numbers = numbersOf(this.sector(next));
      next = numbers.pop() ?? firstMark;
      sectors.push(...numbers);
    }
    const used = sectors.filter((number) => number < firstMark);
    if (used.length > most) throw damaged();
    return used.flatMap((number) => numbersOf(this.sector(number)));
  }

  private chain(start: number): Buffer {
    return follow(start, this.fat, (number) => this.sector(number));
  }

  private miniChain(start: number): Buffer {
    return follow(start, this.miniFat, (number) => {
      const at = number * miniSectorBytes;
      if (at >= this.miniStream.length) throw damaged();
      return this.miniStream.subarray(at, at + miniSectorBytes);
    });
  }

  private readDirectory(directory: Buffer): Entry {
    let root: Entry | undefined;
    for (let at = 0; at + entryBytes <= directory.length; at += entryBytes) {
      const nameBytes = Math.min(directory.readUInt16LE(at + 64), 64);
      const name = directory.toString('utf16le', at, at + Math.max(nameBytes - 2, 0));
      const entry = { start: directory.readUInt32LE(at + 116), size: directory.readUInt32LE(at + 120) };
      const type = directory[at + 66];
      if (type === rootType) root ??= entry;
      else if (type === streamType && !this.streams.has(name)) this.streams.set(name, entry);
    }
    if (!root) throw damaged();
    return root;
  }
}

const damaged = (): FileFault => new FileFault('document-damaged');

const numbersOf = (bytes: Buffer): number[] =>
  Array.from({ length: bytes.length >> 2 }, (_, index) => bytes.readUInt32LE(index * 4));

const follow = (start: number, table: number[], sectorOf: (number: number) => Buffer): Buffer => {
  const sectors: Buffer[] = [];
  for (let at = start; at < firstMark; at = table[at] ?? firstMark) {
    if (sectors.length > table.length) throw damaged();
    sectors.push(sectorOf(at));
  }
  return Buffer.concat(sectors);
};
