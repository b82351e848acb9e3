import { aZip } from '../../../../test/builders/archive-fixture.js';
import { anEpub } from '../../../../test/builders/epub-fixture.js';
import { anExtractionRequest } from '../../../../test/builders/an-extraction-request.js';
import type { ProgressCounts } from '../../domain/progress-counts.js';
import { FileFault } from './extraction-protocol.js';
import { readEpub } from './read-epub.js';

const read = (bytes: Buffer, changes = {}, onProgress = (_counts: ProgressCounts): void => undefined) =>
  readEpub(bytes, anExtractionRequest(changes), onProgress);

const pages: [string, string][] = [
  ['cover.xhtml', '<p>표지</p>'],
  [
    'one%20a.xhtml',
    '<h2>Chapter One</h2><p>First.</p><h3>Detail</h3><p>More.</p><p id="late">Late words.</p>',
  ],
  ['two.xhtml', '<h1>An epigraph</h1><p>Second.</p>'],
];
const headings = [
  [1, 'Chapter One'],
  [2, 'Detail'],
  [2, 'Later on'],
  [1, 'Chapter Two'],
  [2, 'An epigraph'],
];

describe('readEpub', () => {
  it.each([
    [
      'EPUB 3',
      {
        navigation:
          '<nav epub:type="landmarks"><ol><li><a href="cover.xhtml">Cover</a></li></ol></nav>' +
          '<nav epub:type="toc"><ol><li><a href="one%20a.xhtml">Chapter <b>One</b></a><ol>' +
          '<li><a href="one%20a.xhtml#late">Later on</a></li></ol></li><li><a href="two.xhtml">Chapter Two</a></li></ol></nav>',
      },
    ],
    [
      'EPUB 2',
      {
        ncx:
          '<docTitle><text>Book</text></docTitle><navMap><navPoint><navLabel><text>Chapter One</text></navLabel>' +
          '<content src="one%20a.xhtml"/><navPoint><navLabel><text>Later on</text></navLabel>' +
          '<content src="one%20a.xhtml#late"/></navPoint></navPoint>' +
          '<navPoint><navLabel><text>Chapter Two</text></navLabel><content src="two.xhtml"/></navPoint></navMap>',
      },
    ],
  ])('reads %s in its order, its parts as pages and its table of contents as headings', async (_, toc) => {
    const heard: ProgressCounts[] = [];
    const book = await read(anEpub({ pages, ...toc }), {}, (counts) => heard.push(counts));
    expect(book.text).toBe(
      '표지\n\nChapter One\n\nFirst.\n\nDetail\n\nMore.\n\nLate words.\n\nAn epigraph\n\nSecond.',
    );
    expect(book.pages.map(({ number, start }) => [number, book.text.slice(start, start + 2)])).toEqual([
      [1, '표지'],
      [2, 'Ch'],
      [3, 'An'],
    ]);
    expect(book.headings.map(({ level, title }) => [level, title])).toEqual(headings);
    expect(book.headings.map(({ start }) => book.text.slice(start, start + 4))).toEqual([
      'Chap',
      'Deta',
      'Late',
      'An e',
      'An e',
    ]);
    expect(book.title).toBe('책 & 제목');
    expect(heard).toEqual([1, 2, 3].map((done) => ({ done, total: 3, unit: 'pages' })));
  });

  it('reads a book whose table of contents is missing or broken', async () => {
    for (const ncx of [undefined, '<navMap><navPoint>&bad;']) {
      const { headings: own } = await read(anEpub({ pages, ncx }));
      expect(own.map(({ level, title }) => [level, title])).toEqual([
        [1, 'Chapter One'],
        [2, 'Detail'],
        [1, 'An epigraph'],
      ]);
    }
  });

  it('tells protected books from those with scrambled fonts', async () => {
    const algorithm = 'http://www.w3.org/2001/04/xmlenc#aes256-cbc';
    await expect(read(anEpub({ pages, algorithm }))).rejects.toThrow(new FileFault('document-encrypted'));
    const { text } = await read(anEpub({ pages, algorithm: 'http://www.idpf.org/2008/embedding' }));
    expect(text).toContain('First.');
  });

  it('reads nothing from outside of the archive', async () => {
    const outside: [string, string][] = [...pages, ['../../etc/passwd', '<p>inside only</p>']];
    await expect(read(anEpub({ pages: outside }))).rejects.toThrow(new FileFault('document-damaged'));
  });

  it('refuses what is over a limit or no book', async () => {
    await expect(read(anEpub({ pages }), { maxPages: 2 })).rejects.toThrow(new FileFault('too-many-pages'));
    await expect(read(anEpub({ pages }), { maxTextChars: 10 })).rejects.toThrow(
      new FileFault('text-too-long'),
    );
    await expect(read(aZip([['a.txt', 'x']]))).rejects.toThrow(new FileFault('type-mismatch'));
    await expect(read(Buffer.from('PK\x03\x04'))).rejects.toThrow(new FileFault('document-damaged'));
  });
});
