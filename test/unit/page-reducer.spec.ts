import fc from 'fast-check';
import { ReadabilityPageReducer } from '../../src/chat/infrastructure/readability-page-reducer.js';
import { reducePage } from '../../src/chat/infrastructure/reduce-page.js';

const article = `<!doctype html><html><head><title>Opening hours</title>
<style>p { color: red }</style><script>var tracker = "secret-script";</script></head>
<body><nav><a href="/a">Home</a></nav><article><h1>Opening hours</h1>
<!-- a comment --><p>The library opens at 9 &amp; closes at 18.</p>
<p hidden>hidden-words</p><p style="display:none">styled-away</p><div aria-hidden="true">aria-words</div>
<p onclick="steal()">도서관은 <b>오전 9시</b>에 엽니다. <a href="https://x.test/very-long">자세히</a></p>
<table><tr><th>Day</th><th>Hours</th></tr><tr><td>Sunday</td><td>closed</td></tr></table>
<img src="x" onerror="alert(1)" alt="pic"><iframe src="https://x.test"></iframe></article></body></html>`;

describe('reducePage', () => {
  it('keeps what a reader sees and drops scripts, styles, comments, hidden parts and markup', () => {
    const { title, text } = reducePage(article);
    expect(title).toBe('Opening hours');
    expect(text).toContain('The library opens at 9 & closes at 18.');
    expect(text).toContain('오전 9시');
    expect(text).toContain('| Sunday | closed |');
    expect(text).not.toMatch(
      /secret-script|color|comment|hidden-words|styled-away|aria-words|x\.test|onerror/,
    );
    expect(text).not.toMatch(/<[a-z/!]/i);
  });

  it('takes fragments and broken markup', () => {
    expect(reducePage('just text').text).toBe('just text');
    expect(reducePage('<p>open <b>never closed').text).toContain('never closed');
  });

  it('throws nothing on any nesting of tags', () => {
    const piece = fc.constantFrom(
      '<div>',
      '</div>',
      '<p>',
      '<table><tr><td>',
      '</table>',
      '<!--',
      '-->',
      '<script>',
      'x',
    );
    const more = fc.constantFrom(
      '<svg>',
      '</html>',
      '<body>',
      '<html>',
      '&amp;',
      '&#0;',
      '<a href=x',
      '"',
      '>',
      '<![CDATA[',
    );
    const page = fc.array(fc.oneof(piece, more), { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(page, (html) => {
        expect(typeof reducePage(html).text).toBe('string');
      }),
      { numRuns: 300 },
    );
  });
});

describe('ReadabilityPageReducer', () => {
  const reducer = new ReadabilityPageReducer();

  it('keeps a given text as it is, so that offsets into it hold', async () => {
    const text = '  first \r\n\r\n  second  ';
    expect(await reducer.reduce({ text, title: 'T' })).toEqual({ title: 'T', text });
  });

  it('prefers the title that the client gives', async () => {
    expect((await reducer.reduce({ html: article, title: 'Mine' })).title).toBe('Mine');
  });

  it.each([[{ text: ' \n ' }], [{ html: '' }], [{ html: '<script>only()</script>' }]])(
    'refuses a page without text: %j',
    async (source) => {
      await expect(reducer.reduce(source)).rejects.toMatchObject({ code: 'chat.page-without-text' });
    },
  );

  it('refuses what nests too deep to be read', async () => {
    const html = `${'<div>'.repeat(100_000)}x`;
    await expect(reducer.reduce({ html })).rejects.toMatchObject({ kind: 'unprocessable' });
  });
});
