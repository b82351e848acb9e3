import iconv from 'iconv-lite';

/** A font's `\fcharset` as a code page; 0 and 1 mean the document's. */
const byCharset: Record<number, number> = {
  77: 10_000,
  128: 932,
  129: 949,
  130: 949,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
  254: 437,
  255: 850,
};
const eastAsian = new Set([932, 936, 949, 950]);
const western = 'windows-1252';
const names: Record<number, string> = { 949: 'cp949', 10_000: 'macintosh' };

const nameOf = (codePage: number): string => {
  const name = names[codePage] ?? `cp${codePage}`;
  return iconv.encodingExists(name) ? name : western;
};

/** Bytes in the code page of their font, which is how RTF has everything that is not `\u`. */
export class RtfEncoding {
  documentCodePage = 1252;
  private readonly fonts = new Map<number, number>();

  font(number: number, charset: number): void {
    this.fonts.set(number, charset);
  }

  decode(bytes: number[], font: number | undefined): string {
    const buffer = Buffer.from(bytes);
    if (!buffer.some((byte) => byte > 0x7f)) return buffer.toString('latin1');
    const codePage = byCharset[this.fonts.get(font ?? -1) ?? 0];
    if (codePage !== undefined) return iconv.decode(buffer, nameOf(codePage));
    const text = iconv.decode(buffer, nameOf(this.documentCodePage));
    // Western fonts of East Asian documents hold either: typographic quotes, or text that was set in the wrong font
    const isBroken = eastAsian.has(this.documentCodePage) && text.includes('\ufffd');
    return isBroken ? iconv.decode(buffer, western) : text;
  }
}
