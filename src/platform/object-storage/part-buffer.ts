import { createHash, type Hash } from 'node:crypto';

const firstBytes = 64 * 1024;

/** The bytes of one part while they come in; reused for the next. Grows, as most objects are smaller than a part. */
export class PartBuffer {
  private buffer = Buffer.allocUnsafeSlow(firstBytes);
  private hash: Hash | null = null;
  private used = 0;

  constructor(
    private readonly mostBytes: number,
    /** Hashing on the way spreads the work; a whole part at once would hold up the event loop. */
    private readonly hashes: boolean,
  ) {
    this.clear();
  }

  get length(): number {
    return this.used;
  }

  get isFull(): boolean {
    return this.used === this.mostBytes;
  }

  get bytes(): Buffer {
    return this.buffer.subarray(0, this.used);
  }

  /** Takes what fits. @returns how many bytes that were. */
  take(bytes: Buffer): number {
    const taken = bytes.subarray(0, this.mostBytes - this.used);
    this.reserve(this.used + taken.length);
    taken.copy(this.buffer, this.used);
    this.hash?.update(taken);
    this.used += taken.length;
    return taken.length;
  }

  /** Lower-case hex SHA-256 of the bytes, once for each filling; empty when they are not hashed. */
  sha256(): string {
    return this.hash?.digest('hex') ?? '';
  }

  clear(): void {
    this.used = 0;
    this.hash = this.hashes ? createHash('sha256') : null;
  }

  private reserve(bytes: number): void {
    if (bytes <= this.buffer.length) return;
    let size = this.buffer.length;
    while (size < bytes) size *= 2;
    const larger = Buffer.allocUnsafeSlow(Math.min(size, this.mostBytes));
    this.bytes.copy(larger);
    this.buffer = larger;
  }
}
