import { aZip } from './archive-fixture.js';

export interface EpubOptions {
  /** Names and contents of pages, in the order of the spine. */
  pages: [name: string, body: string][];
  /** The body of the navigation document (EPUB 3). */
  navigation?: string;
  /** The points of the table of contents (EPUB 2). */
  ncx?: string;
  /** What `META-INF/encryption.xml` has for the algorithm of some part. */
  algorithm?: string;
}

const page = (body: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">` +
  `<head><title/></head><body>${body}</body></html>`;

/** An EPUB whose parts lie in `OEBPS/`. */
export const anEpub = ({ pages, navigation, ncx, algorithm }: EpubOptions): Buffer => {
  const items = pages.map(
    ([name], index) => `<item id="p${index}" href="${name}" media-type="application/xhtml+xml"/>`,
  );
  const refs = pages.map((_, index) => `<itemref idref="p${index}"/>`);
  if (navigation !== undefined) {
    items.push('<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>');
    refs.unshift('<itemref idref="nav"/>');
  }
  if (ncx !== undefined) items.push('<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>');
  const entries: [string, string][] = [
    ['mimetype', 'application/epub+zip'],
    [
      'META-INF/container.xml',
      '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>' +
        '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
    ],
    [
      'OEBPS/book.opf',
      '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>' +
        `<dc:title>책 &amp; 제목</dc:title></metadata><manifest>${items.join('')}</manifest><spine>${refs.join('')}</spine></package>`,
    ],
    ...pages.map(([name, body]): [string, string] => [`OEBPS/${decodeURIComponent(name)}`, page(body)]),
  ];
  if (navigation !== undefined) entries.push(['OEBPS/nav.xhtml', page(navigation)]);
  if (ncx !== undefined)
    entries.push(['OEBPS/toc.ncx', `<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/">${ncx}</ncx>`]);
  if (algorithm !== undefined) {
    entries.push([
      'META-INF/encryption.xml',
      '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:enc="http://www.w3.org/2001/04/xmlenc#">' +
        `<enc:EncryptedData><enc:EncryptionMethod Algorithm="${algorithm}"/></enc:EncryptedData></encryption>`,
    ]);
  }
  return aZip(entries);
};
