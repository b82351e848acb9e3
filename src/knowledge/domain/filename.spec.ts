import { cleanFilename, titleOfFilename } from './filename.js';

describe('cleanFilename', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\보고서.hwp', '보고서.hwp'],
    ['\u1112\u1161\u11ab\u1100\u1173\u11af.txt', '한글.txt'],
    ['a\u0000b\r\nc.txt', 'abc.txt'],
    ['safe\u202efdp.exe', 'safefdp.exe'],
    ['half \ud83d pair.txt', 'half \ufffd pair.txt'],
    ['  spaced.txt  ', 'spaced.txt'],
    ['', 'document'],
    ['..', 'document'],
    ['folder/', 'document'],
    ['\u0007', 'document'],
  ])('makes %j %j', (given, expected) => {
    expect(cleanFilename(given)).toBe(expected);
  });

  it('shortens a long name and keeps its extension', () => {
    const name = cleanFilename(`${'가'.repeat(400)}.pdf`);
    expect(name).toHaveLength(255);
    expect(name).toMatch(/^가+\.pdf$/);
    expect(cleanFilename(`${'x'.repeat(250)}${'😀'.repeat(50)}.pdf`)).toMatch(/^x{250}\.pdf$/);
  });
});

describe('titleOfFilename', () => {
  it.each([
    ['보고서 2026.pdf', '보고서 2026'],
    ['archive.tar.gz', 'archive.tar'],
    ['README', 'README'],
    ['.env', '.env'],
    ['Dr. Kim visits the museum', 'Dr. Kim visits the museum'],
  ])('calls %j %j', (filename, title) => {
    expect(titleOfFilename(filename)).toBe(title);
  });
});
