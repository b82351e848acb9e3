import iconv from 'iconv-lite';

/** A PDF line: text with its place and size, in points from the page's lower left corner. */
export interface FixtureLine {
  text: string;
  x?: number;
  y?: number;
  size?: number;
}

export interface PdfFixture {
  pages: (string | FixtureLine)[][];
  title?: string;
  /** Says that it is protected by a password, as a reader sees it. */
  encrypted?: boolean;
  /** How the codes of the Korean font, which is not in the file, are to be read. */
  koreanEncoding?: keyof typeof koreanCodes;
}

const ascii = /^[\x20-\x7e]*$/;
const hex = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, '0')).join('');

const cp949 = (text: string): string => iconv.encode(text, 'cp949').toString('hex');
const koreanCodes = {
  'UniKS-UCS2-H': hex,
  'UniKS-UTF16-H': hex,
  'KSCms-UHC-H': cp949,
  'KSCms-UHC-HW-H': cp949,
  'KSC-EUC-H': cp949,
};

/** Helvetica for ASCII; an unembedded CID font of Adobe-Korea1 for the rest. */
const show = ({ text }: FixtureLine, codes: (text: string) => string): string =>
  ascii.test(text) ? `(${text.replace(/[\\()]/g, '\\$&')}) Tj` : `<${codes(text)}> Tj`;

const content = (lines: (string | FixtureLine)[], codes: (text: string) => string): string => {
  let y = 760;
  return lines
    .map((given) => {
      const line = typeof given === 'string' ? { text: given } : given;
      const size = line.size ?? 11;
      y = line.y ?? y - size * 1.3;
      return `BT /${ascii.test(line.text) ? 'F1' : 'F2'} ${size} Tf 1 0 0 1 ${line.x ?? 72} ${y} Tm ${show(line, codes)} ET`;
    })
    .join('\n');
};

/** A small PDF written by hand: no library, no font file, the same bytes every time. */
export const aPdf = ({ pages, title, encrypted, koreanEncoding = 'UniKS-UCS2-H' }: PdfFixture): Buffer => {
  const objects: string[] = [];
  const add = (body: string): number => objects.push(body);
  add('<< /Type /Catalog /Pages 2 0 R >>');
  add(
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, at) => `${7 + at * 2} 0 R`).join(' ')}] >>`,
  );
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  add(
    `<< /Type /Font /Subtype /Type0 /BaseFont /HYSMyeongJo-Medium /Encoding /${koreanEncoding} /DescendantFonts [5 0 R] >>`,
  );
  add(
    '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HYSMyeongJo-Medium /DW 1000 /FontDescriptor 6 0 R ' +
      '/CIDSystemInfo << /Registry (Adobe) /Ordering (Korea1) /Supplement 1 >> >>',
  );
  add(
    '<< /Type /FontDescriptor /FontName /HYSMyeongJo-Medium /Flags 6 /FontBBox [0 -148 1000 880] /ItalicAngle 0 ' +
      '/Ascent 880 /Descent -120 /CapHeight 720 /StemV 60 >>',
  );
  for (const lines of pages) {
    const stream = content(lines, koreanCodes[koreanEncoding]);
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${objects.length + 2} 0 R ` +
        '/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>',
    );
    add(`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`);
  }
  const info = title === undefined ? '' : `/Info ${add(`<< /Title <feff${hex(title)}> >>`)} 0 R`;
  const key = 'a'.repeat(64);
  const encrypt = encrypted
    ? `/ID [<${key.slice(32)}> <${key.slice(32)}>] /Encrypt ${add(`<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <${key}> /U <${key}> >>`)} 0 R`
    : '';
  let body = '%PDF-1.7\n';
  const offsets = objects.map((object, at) => {
    const offset = body.length;
    body += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${info} ${encrypt} >>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(
    `${body}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}${trailer}`,
    'latin1',
  );
};
