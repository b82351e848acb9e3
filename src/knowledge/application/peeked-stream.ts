import { Readable } from 'node:stream';

/**
 * A source of bytes whose head is looked at before the whole is read. It is never destroyed by us: the parser of
 * a multipart body would stop with it, and the parts that follow would be lost.
 */
export class PeekedStream {
  private readonly pieces: Buffer[] = [];
  private readonly rest: AsyncIterator<Buffer>;

  constructor(source: Readable) {
    this.rest = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** The first bytes: at least `atLeast`, fewer only when the source is shorter. May be asked again. */
  async head(atLeast: number): Promise<Buffer> {
    let size = this.pieces.reduce((sum, piece) => sum + piece.length, 0);
    while (size < atLeast) {
      const next = await this.rest.next();
      if (next.done) break;
      this.pieces.push(next.value);
      size += next.value.length;
    }
    return Buffer.concat(this.pieces);
  }

  /** Everything, the head included. Once. */
  whole(): Readable {
    return Readable.from(this.read(), { objectMode: false });
  }

  /** Reads what is left and forgets it. */
  async drain(): Promise<void> {
    while (!(await this.rest.next()).done);
  }

  private async *read(): AsyncGenerator<Buffer> {
    for (const piece of this.pieces.splice(0)) yield piece;
    for (;;) {
      const next = await this.rest.next();
      if (next.done) return;
      yield next.value;
    }
  }
}
