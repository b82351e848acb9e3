export type RtfToken =
  | { kind: 'open' }
  | { kind: 'close' }
  /** `\word` or `\word12`; also `\*`, `\~` and their like, with the sign as its word. */
  | { kind: 'control'; word: string; value: number | undefined }
  | { kind: 'byte'; byte: number };

const backslash = 0x5c;
const longestWord = 32;

const isLetter = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a));
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** RTF as it is written: groups, control words and bytes of text; what `\bin` announces is passed over. */
export class RtfTokens {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  *[Symbol.iterator](): Generator<RtfToken> {
    while (this.at < this.bytes.length) {
      const byte = this.bytes[this.at]!;
      if (byte === backslash) {
        const token = this.control();
        if (token) yield token;
        continue;
      }
      this.at++;
      if (byte === 0x7b) yield { kind: 'open' };
      else if (byte === 0x7d) yield { kind: 'close' };
      // line ends of the file are none of the text
      else if (byte !== 0x0a && byte !== 0x0d && byte !== 0) yield { kind: 'byte', byte };
    }
  }

  private control(): RtfToken | undefined {
    const first = this.bytes[this.at + 1];
    if (first === undefined) {
      this.at++;
      return undefined;
    }
    if (!isLetter(first)) return this.sign(first);
    let end = this.at + 1;
    while (isLetter(this.bytes[end]) && end - this.at <= longestWord) end++;
    const word = this.bytes.toString('latin1', this.at + 1, end);
    const number = end;
    if (this.bytes[end] === 0x2d) end++;
    while (isDigit(this.bytes[end]) && end - number <= 11) end++;
    const value = end > number ? Number(this.bytes.toString('latin1', number, end)) : undefined;
    this.at = this.bytes[end] === 0x20 ? end + 1 : end;
    if (word === 'bin') this.at += Math.max(0, value ?? 0);
    return { kind: 'control', word, value: Number.isNaN(value) ? undefined : value };
  }

  private sign(sign: number): RtfToken {
    if (sign === 0x27) {
      const byte = Number.parseInt(this.bytes.toString('latin1', this.at + 2, this.at + 4), 16);
      this.at += 4;
      return { kind: 'byte', byte: Number.isNaN(byte) ? 0x20 : byte };
    }
    this.at += 2;
    if (sign === backslash || sign === 0x7b || sign === 0x7d) return { kind: 'byte', byte: sign };
    const word = sign === 0x0a || sign === 0x0d ? 'par' : String.fromCharCode(sign);
    return { kind: 'control', word, value: undefined };
  }
}
