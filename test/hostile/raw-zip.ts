import { crc32, deflateRawSync, constants } from 'node:zlib';

/** One entry as it shall stand in the archive: nothing is made consistent. */
export interface RawEntry {
  name: string | Buffer;
  packed: Buffer;
  method?: number;
  flags?: number;
  crc?: number;
  /** What headers claim of the unpacked size. */
  claimed: number;
  externalAttributes?: number;
  /** Stands where an earlier entry stands, whose bytes it shares. */
  sharesWith?: number;
}

const header = (entry: RawEntry, isDirectory: boolean): Buffer => {
  const name = Buffer.from(entry.name);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(entry.flags ?? 0x0800, 2);
  fields.writeUInt16LE(entry.method ?? 8, 4);
  fields.writeUInt32LE(entry.crc ?? 0, 10);
  fields.writeUInt32LE(entry.packed.length, 14);
  fields.writeUInt32LE(Math.min(entry.claimed, 0xffffffff), 18);
  fields.writeUInt16LE(name.length, 22);
  const mark = Buffer.from(isDirectory ? 'PK\x01\x02\x14\x03' : 'PK\x03\x04', 'latin1');
  return Buffer.concat([mark, fields]);
};

/** A ZIP archive whose headers say what they are told to say. */
export const rawZip = (entries: RawEntry[], { claimedCount = entries.length } = {}): Buffer => {
  const parts: Buffer[] = [];
  const offsets: number[] = [];
  let at = 0;
  for (const entry of entries) {
    offsets.push(entry.sharesWith === undefined ? at : offsets[entry.sharesWith]!);
    if (entry.sharesWith !== undefined) continue;
    const part = Buffer.concat([header(entry, false), Buffer.from(entry.name), entry.packed]);
    parts.push(part);
    at += part.length;
  }
  const directory = Buffer.concat(
    entries.map((entry, index) => {
      const place = Buffer.alloc(14);
      place.writeUInt32LE(entry.externalAttributes ?? 0, 6);
      place.writeUInt32LE(offsets[index]!, 10);
      return Buffer.concat([header(entry, true), place, Buffer.from(entry.name)]);
    }),
  );
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(Math.min(claimedCount, 0xffff), 8);
  end.writeUInt16LE(Math.min(claimedCount, 0xffff), 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, directory, end]);
};

export const honest = (name: string, content: string | Buffer): RawEntry => {
  const bytes = Buffer.from(content);
  return { name, packed: deflateRawSync(bytes), claimed: bytes.length, crc: crc32(bytes) };
};

const lastBlock = deflateRawSync(Buffer.alloc(0));

/** `before`, then so many bytes of `filling`, then `after`, deflated: a thousandfold, and made without the whole in memory. */
export const deflatedBomb = (size: number, { before = '', filling = ' ', after = '' } = {}): Buffer => {
  const piece = (text: Buffer): Buffer =>
    deflateRawSync(text, { finishFlush: constants.Z_FULL_FLUSH, level: 9 });
  const mebibyte = 1_048_576;
  const block = piece(Buffer.alloc(mebibyte, filling));
  const rest = Buffer.alloc(size % mebibyte, filling);
  return Buffer.concat([
    piece(Buffer.from(before)),
    ...Array<Buffer>(Math.floor(size / mebibyte)).fill(block),
    piece(rest),
    piece(Buffer.from(after)),
    lastBlock,
  ]);
};
