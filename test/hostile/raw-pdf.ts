/** A PDF of these objects, numbered from 1: `1 0 R` is the catalogue. Nothing is made consistent. */
export const rawPdf = (objects: (string | Buffer)[], { trailer = '', xref = true } = {}): Buffer => {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
  const offsets: number[] = [];
  let at = parts[0]!.length;
  objects.forEach((object, index) => {
    offsets.push(at);
    const part = Buffer.concat([
      Buffer.from(`${index + 1} 0 obj\n`),
      Buffer.from(object),
      Buffer.from('\nendobj\n'),
    ]);
    parts.push(part);
    at += part.length;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const table = xref ? `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}` : '';
  parts.push(
    Buffer.from(
      `${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
};

export const stream = (content: string | Buffer, dictionary = ''): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([
    Buffer.from(`<< /Length ${bytes.length} ${dictionary} >>\nstream\n`),
    bytes,
    Buffer.from('\nendstream'),
  ]);
};

export const catalogue = (more = ''): string => `<< /Type /Catalog /Pages 2 0 R ${more} >>`;
export const helvetica = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';

/** Catalogue, page tree, one page, its content as object 4, its font as object 5; `more` begins at 6. */
export const onePage = (
  content: string | Buffer,
  {
    more = [],
    page = '',
    resources = '',
    catalog = '',
  }: { more?: (string | Buffer)[]; page?: string; resources?: string; catalog?: string } = {},
): (string | Buffer)[] => [
  catalogue(catalog),
  '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
  `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> ${resources} >> ${page} >>`,
  typeof content === 'string' ? stream(content) : content,
  helvetica,
  ...more,
];

export const shown = (text: string): string => `BT /F1 12 Tf 72 700 Td (${text}) Tj ET`;
