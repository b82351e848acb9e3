import { detectType } from './detect-type.js';
import { documentTypes, namesOf, type DocumentType } from './document-types.js';
import { contentOf } from './file-content.js';
import { aZip, aCompoundFile } from '../../../test/builders/archive-fixture.js';

const all = new Set(Object.keys(documentTypes) as DocumentType[]);
const detect = (
  bytes: Buffer | string,
  filename: string,
  declared: string | null = null,
  readable: ReadonlySet<DocumentType> = all,
): string => {
  const content = contentOf(Buffer.from(bytes), filename, declared) ?? {
    types: [],
    description: 'image/png',
    foreignType: 'image/png',
  };
  try {
    return detectType(content, filename, declared, readable);
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const mismatch = 'knowledge.type-mismatch';
const notSupported = 'knowledge.type-not-supported';

const docxType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const pptxType = 'application/vnd.openxmlformats-officedocument.presentationml.presentation';
const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const odtType = 'application/vnd.oasis.opendocument.text';

const pdf = '%PDF-1.7\n';
const text = '한국어 text\n';
const html = '\ufeff<!-- a page --><!DOCTYPE html><html><p>x</p></html>';
const rtf = '{\\rtf1\\ansi text}';
const png = Buffer.from('89504e470d0a1a0a0000000d', 'hex');
const types = '[Content_Types].xml';
const docx = aZip([
  [types, '<Types/>'],
  ['_rels/.rels', ''],
  ['word/document.xml', '<x/>'],
]);
const pptx = aZip(
  [
    [types, '<Types/>'],
    ['ppt/presentation.xml', '<x/>'],
  ],
  { streamed: true },
);
const xlsx = aZip([
  [types, '<Types/>'],
  ['xl/workbook.xml', '<x/>'],
]);
const stated = (mimeType: string): Buffer =>
  aZip(
    [
      ['mimetype', mimeType],
      ['content.xml', '<x/>'],
    ],
    { stored: true },
  );
const someZip = aZip([['readme.txt', 'nothing']]);
const doc = aCompoundFile(['Root Entry', '1Table', 'WordDocument']);
const hwp = aCompoundFile(['Root Entry', 'FileHeader', 'DocInfo']);
const encrypted = aCompoundFile(['Root Entry', 'EncryptionInfo', 'EncryptedPackage']);
const farDirectory = aCompoundFile(['Root Entry', 'WordDocument'], { directoryAt: 200_000 }).subarray(
  0,
  65_536,
);

/** Rows under a title without their bytes. */
const named = <Row extends [string, Buffer | string, string, string | null, ...string[]]>(rows: Row[]) =>
  rows.map((row): [string, Row] => [`${row[0]} in ${row[2]}, declared as ${row[3]}`, row]);

describe('the type of a file', () => {
  it.each(
    named<[string, Buffer | string, string, string | null, string]>([
      ['PDF', pdf, 'a.pdf', 'application/pdf', 'application/pdf'],
      ['PDF', pdf, 'a.PDF', null, 'application/pdf'],
      ['PDF', pdf, 'a', 'application/octet-stream', 'application/pdf'],
      ['PDF whose mark comes late', `${'x'.repeat(500)}${pdf}`, 'a.pdf', null, 'application/pdf'],
      ['text that quotes a PDF', `${'x'.repeat(500)}${pdf}`, 'a.txt', null, 'text/plain'],
      ['text', text, 'a.md', 'application/octet-stream', 'text/markdown'],
      ['text', text, 'a.md', 'text/plain', 'text/markdown'],
      ['text', text, 'a', 'text/markdown; charset=utf-8', 'text/markdown'],
      ['text', text, 'a.txt', 'text/markdown', 'text/markdown'],
      ['text', text, 'a.txt', 'text/plain;charset=EUC-KR', 'text/plain'],
      ['text', text, '읽어 보기', null, 'text/plain'],
      ['text', text, 'a.csv', 'text/plain', 'text/csv'],
      ['text', text, 'a.csv', 'application/vnd.ms-excel', 'text/csv'],
      ['text', text, 'a.tsv', null, 'text/tab-separated-values'],
      ['text', text, 'a.json', 'application/json', 'application/json'],
      ['text', text, 'a.py', 'text/x-python', 'text/x-source-code'],
      ['text', text, 'a.ts', 'video/mp2t', 'text/x-source-code'],
      ['text', text, 'a.xyz', 'text/plain', 'text/plain'],
      ['text', text, 'a.html', 'text/html', 'text/html'],
      ['HTML', html, 'a', null, 'text/html'],
      ['HTML', html, 'a.txt', null, 'text/plain'],
      ['HTML in UTF-16', Buffer.from(html, 'utf16le'), 'a', null, 'text/html'],
      ['RTF', rtf, 'a.rtf', 'application/msword', 'application/rtf'],
      ['RTF', rtf, 'a', null, 'application/rtf'],
      ['Word', docx, 'a.docx', docxType, docxType],
      ['Word', docx, 'a.docm', 'application/vnd.ms-word.document.macroEnabled.12', docxType],
      ['Word', docx, 'a', 'application/zip', docxType],
      ['PowerPoint whose sizes follow', pptx, 'a', null, pptxType],
      ['Excel', xlsx, 'a.xlsx', null, xlsxType],
      ['OpenDocument', stated(odtType), 'a.odt', null, odtType],
      ['an OpenDocument template', stated(`${odtType}-template`), 'a.ott', `${odtType}-template`, odtType],
      ['EPUB', stated('application/epub+zip'), 'a.epub', null, 'application/epub+zip'],
      ['HWPX', stated('application/hwp+zip'), 'a.hwpx', 'application/haansofthwpx', 'application/hwp+zip'],
      ['an archive that does not tell', someZip, 'a.docx', null, docxType],
      ['Word 97', doc, 'a.doc', 'application/msword', 'application/msword'],
      ['HWP', hwp, 'a.hwp', 'application/x-hwp', 'application/x-hwp'],
      ['a compound file that does not tell yet', farDirectory, 'a.doc', null, 'application/msword'],
      ['an encrypted workbook', encrypted, 'a.xlsx', null, xlsxType],
    ]),
  )('%s', (_, [, bytes, filename, declared, expected]) => {
    expect(detect(bytes, filename, declared)).toBe(expected);
  });

  it.each(
    named<[string, Buffer | string, string, string | null]>([
      ['text', text, 'a.pdf', 'application/pdf'],
      ['text', text, 'a', 'application/pdf'],
      ['text', text, 'a.docx', null],
      ['PDF', pdf, 'a.txt', 'text/plain'],
      ['PDF', pdf, 'a.txt', 'application/pdf'],
      ['an image', png, 'a.pdf', 'application/pdf'],
      ['an image', png, 'a.txt', 'text/plain'],
      ['Word', docx, 'a.xlsx', null],
      ['Word', docx, 'a.docx', xlsxType],
      ['Word', docx, 'a.txt', null],
      ['Word', docx, 'a.doc', null],
      ['Word 97', doc, 'a.docx', null],
      ['HWP', hwp, 'a.doc', null],
      ['HWPX', stated('application/hwp+zip'), 'a.docx', null],
      ['RTF', rtf, 'a.txt', 'text/plain'],
      ['RTF', rtf, 'a.doc', null],
      ['another archive', stated('application/x-other'), 'a.odt', null],
      ['a compound file that does not tell yet', farDirectory, 'a.rtf', null],
      ['CSV called a page', text, 'a.csv', 'text/html'],
    ]),
  )('does not fit: %s', (_, [, bytes, filename, declared]) => {
    expect(detect(bytes, filename, declared)).toBe(mismatch);
  });

  it.each(
    named<[string, Buffer | string, string, string | null]>([
      ['an image', png, 'a.png', 'image/png'],
      ['an image', png, 'a', null],
      ['text', text, 'a.xyz', null],
      ['Excel 97', aCompoundFile(['Root Entry', 'Workbook']), 'a.xls', 'application/vnd.ms-excel'],
      ['Excel 97', aCompoundFile(['Root Entry', 'Workbook']), 'a.xls', null],
      [
        'PowerPoint 97',
        aCompoundFile(['Root Entry', 'PowerPoint Document']),
        'a.ppt',
        'application/vnd.ms-powerpoint',
      ],
      ['an installer', aCompoundFile(['Root Entry', '\u4840\u3f3f\u4577']), 'a.msi', null],
      ['an archive that does not tell', someZip, 'a.zip', 'application/zip'],
      ['an archive that does not tell', someZip, 'a', null],
      ['a compound file that does not tell yet', farDirectory, 'a', null],
      ['an encrypted document without a name', encrypted, 'a', null],
    ]),
  )('is not supported: %s', (_, [, bytes, filename, declared]) => {
    expect(detect(bytes, filename, declared)).toBe(notSupported);
  });

  it('needs a reader', () => {
    expect(detect(docx, 'a.docx', null, new Set(['application/pdf']))).toBe(notSupported);
    expect(detect(html, 'a', null, new Set(['text/plain']))).toBe(notSupported);
  });

  it('names what is supported', () => {
    const content = contentOf(png, 'a', null) ?? { types: [], description: 'image/png' };
    expect(() => detectType(content, 'a', null, new Set(['application/pdf', 'text/plain']))).toThrow(
      'Files of the type image/png are not supported; PDF (.pdf) and plain text (.txt) are.',
    );
    expect(namesOf(all)).toMatch(/Word \(\.docx\).*HWP \(\.hwp\).*source code/);
  });
});

describe('a compound file cut behind its header', () => {
  it.each([512, 513])('at %s bytes is one of any kind', (length) => {
    expect(contentOf(doc.subarray(0, length), 'a.doc', null)?.description).toBe('an OLE compound file');
  });
});

describe('what the first bytes look like', () => {
  const looksLikeText = (bytes: Buffer): boolean => contentOf(bytes, 'a', null)?.isText ?? false;

  it.each<[string, Buffer, boolean]>([
    ['UTF-8', Buffer.from('한국어 text\n'), true],
    ['CP949', Buffer.from([0xc7, 0xd1, 0xb1, 0xdb, 0x20, 0x0a]), true],
    ['UTF-16 with its mark', Buffer.from('\ufeffab', 'utf16le'), true],
    ['NUL', Buffer.from('ab\0cd'), false],
    ['control characters', Buffer.from([1, 2, 3, 4, 65, 66]), false],
  ])('%s', (_, bytes, isText) => {
    expect(looksLikeText(bytes)).toBe(isText);
  });

  it('never fails, however a file ends', () => {
    for (const whole of [docx, pptx, doc, hwp, Buffer.from(html)]) {
      for (let length = 0; length <= Math.min(whole.length, 3_000); length += 7)
        expect(() => contentOf(whole.subarray(0, length), 'a', null)).not.toThrow();
    }
    const endless = Buffer.concat(Array.from({ length: 2_000 }, () => docx.subarray(0, 30)));
    for (const bytes of [endless, Buffer.from('<!--'.repeat(16_000))])
      expect(() => contentOf(bytes, 'a', null)).not.toThrow();
  });
});
