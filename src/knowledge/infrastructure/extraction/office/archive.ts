import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl';
import { FileFault, type ExtractionRequest } from '../extraction-protocol.js';

export type ArchiveLimits = Pick<
  ExtractionRequest,
  'maxArchiveEntries' | 'maxArchiveBytes' | 'maxCompressionRatio'
>;

/** Below it any ratio will do: pages of the same cell pack a hundredfold. */
const ratioCountsFrom = 16 * 1024 * 1024;

/** OLE's mark: what a password turns an Office document into. */
const compoundFile = Buffer.from('d0cf11e0a1b11ae1', 'hex');
/** In UTF-16 in the directory of such a file. */
const encryptedPackage = Buffer.from('EncryptedPackage', 'utf16le');

/** The parts of a document that is a ZIP archive, unpacked as a stream, each and together within bounds. */
export class Archive {
  private unpackedBytes = 0;

  private constructor(
    private readonly file: ZipFile,
    private readonly entries: Map<string, Entry>,
    private readonly limits: ArchiveLimits,
  ) {}

  static async open(bytes: Buffer, limits: ArchiveLimits): Promise<Archive> {
    if (bytes.subarray(0, compoundFile.length).equals(compoundFile))
      throw new FileFault(bytes.includes(encryptedPackage) ? 'document-encrypted' : 'type-mismatch');
    try {
      const file = await fromBufferPromise(bytes, { lazyEntries: true });
      if (file.entryCount > limits.maxArchiveEntries) throw new FileFault('too-many-entries');
      const entries = new Map<string, Entry>();
      for await (const entry of file.eachEntry()) {
        // of two parts of one name programs read the first
        if (!entries.has(entry.fileName)) entries.set(entry.fileName, entry);
      }
      return new Archive(file, entries, limits);
    } catch (error) {
      throw error instanceof FileFault ? error : new FileFault('document-damaged');
    }
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  names(): string[] {
    return [...this.entries.keys()];
  }

  /** The part's bytes as they come out of it. Throws `FileFault`s; `document-damaged` when there is no such part. */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name);
    if (!entry) throw new FileFault('document-damaged');
    if (entry.isEncrypted()) throw new FileFault('document-encrypted');
    if (this.unpackedBytes + entry.uncompressedSize > this.limits.maxArchiveBytes)
      throw new FileFault('archive-too-large');
    let stream: Readable | undefined;
    let size = 0;
    let checksum = 0;
    try {
      stream = await this.file.openReadStreamPromise(entry);
      for await (const piece of stream as AsyncIterable<Buffer>) {
        size += piece.length;
        checksum = crc32(piece, checksum);
        this.count(piece.length, size, entry.compressedSize);
        yield piece;
      }
      if (checksum !== entry.crc32) throw new FileFault('document-damaged');
    } catch (error) {
      // what the consumer throws comes in elsewhere; here it is the unpacking that failed
      throw error instanceof FileFault ? error : new FileFault('document-damaged');
    } finally {
      stream?.destroy();
    }
  }

  /** A small part as a whole: undefined when there is none, damaged when it has more than `maxBytes`. */
  async small(name: string, maxBytes = 4_096): Promise<Buffer | undefined> {
    if (!this.has(name)) return undefined;
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of this.read(name)) {
      size += piece.length;
      if (size > maxBytes) throw new FileFault('document-damaged');
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  private count(added: number, size: number, packedBytes: number): void {
    this.unpackedBytes += added;
    if (this.unpackedBytes > this.limits.maxArchiveBytes) throw new FileFault('archive-too-large');
    if (size > ratioCountsFrom && size > packedBytes * this.limits.maxCompressionRatio)
      throw new FileFault('compression-ratio-too-high');
  }
}
