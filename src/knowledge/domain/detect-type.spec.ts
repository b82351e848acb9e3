import { claimsPdf, detectType, looksLikePdf, looksLikeText, type Content } from './detect-type.js';

const detect = (content: Content, filename: string, declared: string | null = null): string => {
  try {
    return detectType(content, filename, declared);
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const mismatch = 'knowledge.type-mismatch';
const notSupported = 'knowledge.type-not-supported';

describe('detectType', () => {
  it.each<[Content, string, string | null, string]>([
    ['pdf', 'a.pdf', 'application/pdf', 'application/pdf'],
    ['pdf', 'a.PDF', null, 'application/pdf'],
    ['pdf', 'a', 'application/octet-stream', 'application/pdf'],
    ['text', 'a.md', 'application/octet-stream', 'text/markdown'],
    ['text', 'a.md', 'text/plain', 'text/markdown'],
    ['text', 'a', 'text/markdown; charset=utf-8', 'text/markdown'],
    ['text', 'a.txt', 'text/plain;charset=EUC-KR', 'text/plain'],
    ['text', '읽어 보기', null, 'text/plain'],
    ['text', 'a.csv', 'text/plain', 'text/plain'],
    ['empty', 'a.pdf', null, 'application/pdf'],
    ['text', 'a.pdf', 'application/pdf', mismatch],
    ['text', 'a', 'application/pdf', mismatch],
    ['pdf', 'a.txt', 'text/plain', mismatch],
    ['pdf', 'a.txt', 'application/pdf', mismatch],
    [{ binary: 'image/png' }, 'a.pdf', 'application/pdf', mismatch],
    [{ binary: null }, 'a.txt', 'text/plain', mismatch],
    [{ binary: 'image/png' }, 'a.png', 'image/png', notSupported],
    [{ binary: 'image/png' }, 'a', null, notSupported],
    ['text', 'a.html', 'text/html', notSupported],
    ['text', 'a.html', null, notSupported],
  ])('%j called %s and declared %s is %s', (content, filename, declared, expected) => {
    expect(detect(content, filename, declared)).toBe(expected);
  });

  it('names what is supported', () => {
    expect(() => detectType('text', 'a.html', 'text/html')).toThrow(/text\/html.*PDF.*Markdown.*plain text/);
  });
});

describe('what the first bytes look like', () => {
  it('takes a PDF mark that comes late only where a PDF is claimed', () => {
    const late = Buffer.from(`${'x'.repeat(500)}%PDF-1.7`);
    expect(looksLikePdf(Buffer.from('%PDF-1.4\n'), false)).toBe(true);
    expect(looksLikePdf(late, true)).toBe(true);
    expect(looksLikePdf(late, false)).toBe(false);
    expect(looksLikePdf(Buffer.from('%PD'), true)).toBe(false);
    expect(claimsPdf('a.pdf', null)).toBe(true);
    expect(claimsPdf('a', 'application/pdf; x=y')).toBe(true);
    expect(claimsPdf('a.md', 'text/markdown')).toBe(false);
  });

  it.each([
    ['UTF-8', Buffer.from('한국어 text\n'), true],
    ['CP949', Buffer.from([0xc7, 0xd1, 0xb1, 0xdb, 0x20, 0x0a]), true],
    ['UTF-16 with its mark', Buffer.from('\ufeffab', 'utf16le'), true],
    ['NUL', Buffer.from('ab\0cd'), false],
    ['control characters', Buffer.from([1, 2, 3, 4, 65, 66]), false],
  ])('%s', (_, bytes, text) => {
    expect(looksLikeText(bytes)).toBe(text);
  });
});
