import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipOptions {
  /** Not compressed. */
  stored?: boolean;
  /** Sizes only after the data, as writers of streams leave them. */
  streamed?: boolean;
  /** What the directory claims instead of the true uncompressed size. */
  claimedBytes?: number;
}

/** Of one entry: its local part and its directory record, given where the part begins. */
const zipEntry = (name: string, content: Buffer, options: ZipOptions) => {
  const packed = options.stored ? content : deflateRawSync(content);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(0x0800 | (options.streamed ? 8 : 0), 2);
  fields.writeUInt16LE(options.stored ? 0 : 8, 4);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(options.claimedBytes ?? content.length, 18);
  fields.writeUInt16LE(Buffer.byteLength(name), 22);
  const local = Buffer.from(fields);
  if (options.streamed) local.fill(0, 10, 22);
  const follows = Buffer.concat([Buffer.from('PK\x07\x08', 'latin1'), fields.subarray(10, 22)]);
  const part = Buffer.concat([
    Buffer.from('PK\x03\x04', 'latin1'),
    local,
    Buffer.from(name),
    packed,
    ...(options.streamed ? [follows] : []),
  ]);
  const record = (at: number): Buffer => {
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    return Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, place, Buffer.from(name)]);
  };
  return { part, record };
};

/** A ZIP archive of these entries, in this order. */
export const aZip = (
  entries: [name: string, content: string | Buffer][],
  options: ZipOptions = {},
): Buffer => {
  const made = entries.map(([name, content]) => zipEntry(name, Buffer.from(content), options));
  let at = 0;
  const records = made.map(({ part, record }) => {
    const made = record(at);
    at += part.length;
    return made;
  });
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...made.map(({ part }) => part), directory, end]);
};

/** The header and the directory of an OLE compound file: what tells its type, and nothing else. */
export const aCompoundFile = (streams: string[], { directoryAt = 512 } = {}): Buffer => {
  const sector = Math.floor(directoryAt / 512) - 1;
  const file = Buffer.alloc((sector + 2) * 512 + streams.length * 128);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(file);
  file.writeUInt16LE(0xfffe, 28);
  file.writeUInt16LE(9, 30);
  file.writeUInt32LE(sector, 48);
  streams.forEach((name, index) => {
    const at = (sector + 1) * 512 + index * 128;
    file.write(name, at, 'utf16le');
    file.writeUInt16LE((name.length + 1) * 2, at + 64);
  });
  return file;
};
