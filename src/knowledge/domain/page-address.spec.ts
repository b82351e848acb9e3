import { canonicalLink, filenameOfUrl, titleOfUrl } from './page-address.js';

const base = 'https://site.example/blog/post';

describe('canonicalLink', () => {
  it.each([
    ['<link rel="canonical" href="https://site.example/post">', 'https://site.example/post'],
    ["<link href='/post?a=1&amp;b=2#top' rel='canonical'/>", 'https://site.example/post?a=1&b=2'],
    ['<link rel=canonical href=other>', 'https://site.example/blog/other'],
    ['<link rel="icon" href="/i.png"><link REL="Canonical" HREF="/post">', 'https://site.example/post'],
  ])('%s', (html, expected) => expect(canonicalLink(`<html><head>${html}</head>`, base)).toBe(expected));

  it.each([
    '',
    '<link rel="canonical">',
    '<link rel="canonical" href="">',
    '<link rel="canonical" href="javascript:alert(1)">',
    '<link rel="canonical" href="http://user:secret@site.example/">',
    '<link rel="canonical" href="http://[">',
    '<link rel="alternate" href="/post">',
    `<link rel="canonical" href="/${'a'.repeat(2_048)}">`,
  ])('none in %s', (html) => expect(canonicalLink(html, base)).toBeNull());

  it('looks at a bounded number of tags', () => {
    const found = '<link rel="canonical" href="/post">';
    expect(canonicalLink('<link'.repeat(199) + found, base)).not.toBeNull();
    expect(canonicalLink('<link>'.repeat(200) + found, base)).toBeNull();
  });
});

describe('filenameOfUrl', () => {
  it.each([
    ['https://site.example/', 'text/html', 'site.example.html'],
    ['https://site.example/guide/', 'text/html; charset=utf-8', 'guide.html'],
    ['https://site.example/list.php?x=a.pdf', 'text/html', 'list.php.html'],
    ['https://site.example/a.html', 'text/html', 'a.html'],
    ['https://site.example/README.md', 'text/plain', 'README.md'],
    ['https://site.example/report.pdf', 'application/octet-stream', 'report.pdf'],
    ['https://site.example/report.pdf', null, 'report.pdf'],
    ['https://site.example/download', 'application/pdf', 'download.pdf'],
    ['https://site.example/%EB%AC%B8%EC%84%9C', 'application/pdf', '문서.pdf'],
    ['https://site.example/a%2f..%2fetc%2fpasswd', 'application/pdf', 'passwd.pdf'],
    ['https://site.example/%zz', 'text/html', '%zz.html'],
    ['https://site.example/picture.png', 'image/png', 'picture.png'],
  ])('%s as %s is %s', (url, type, expected) => expect(filenameOfUrl(url, type)).toBe(expected));
});

describe('titleOfUrl', () => {
  it.each([
    ['https://site.example/', 'site.example'],
    ['https://site.example/guide/', 'site.example/guide'],
    ['http://site.example:8080/%EB%AC%B8%EC%84%9C?x', 'site.example:8080/문서'],
    ['https://site.example/a%00b', 'site.example/ab'],
    ['https://site.example/%zz', 'site.example/%zz'],
  ])('%s is %s', (url, expected) => expect(titleOfUrl(url)).toBe(expected));
});
