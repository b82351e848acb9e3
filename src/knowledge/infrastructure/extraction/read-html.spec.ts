import iconv from 'iconv-lite';
import { FileFault } from './extraction-protocol.js';
import { readHtml } from './read-html.js';

const limits = { maxTextChars: 1_000_000 };
const read = (html: string | Buffer) => readHtml(Buffer.from(html), limits);

const prose = (about: string): string =>
  `<p>${`The ${about} of the library is open to everyone who lives in the town, all year. `.repeat(6)}</p>`;

describe('readHtml', () => {
  it('keeps headings with levels and offsets, lists, code and what a reader sees', async () => {
    const { text, headings, title, pages } = await read(`<!doctype html><html><head><title> My &amp;
      page</title><style>p{color:red}</style><script>var secret = 1;</script></head><body>
      <h1>Guide<a class="headerlink" href="#g">¶</a></h1><p>One<br>two &nbsp; <b>bo</b>ld &#54620;글.</p>
      <h3>Deeper</h3><ul><li>a<ol start="3"><li>x</li><li>y</li></ol></li><li><p>b</p></li></ul>
      <dl><dt>Term</dt><dd>Meaning</dd></dl><pre>if (a) {\n  b();\n}</pre>
      <p hidden>hidden1</p><p style="color:red; DISPLAY : none">hidden2</p><div aria-hidden=true>hidden3</div>
      <template>hidden4</template><select><option>hidden5</select><!-- hidden6 --></body></html>`);
    expect(text).toBe(
      [
        'Guide',
        'One\ntwo bold 한글.',
        'Deeper',
        '- a\n  3. x\n  4. y\n- b',
        'Term\nMeaning',
        '```\nif (a) {\n  b();\n}\n```',
      ].join('\n\n'),
    );
    expect(headings).toEqual([
      { level: 1, title: 'Guide', start: 0 },
      { level: 3, title: 'Deeper', start: text.indexOf('Deeper') },
    ]);
    expect(title).toBe('My & page');
    expect(pages).toEqual([]);
  });

  it('makes tables of data Markdown, with spans filled, and reads tables that lay a page out as its blocks', async () => {
    const { text } =
      await read(`<table><caption>Fees</caption><thead><tr><th>Who</th><th colspan=2>Fee | won</th></tr>
      </thead><tr><td rowspan="2"><p>Adult</p><p>18+</p></td><td>day</td><td>1000</td></tr>
      <tr><td>year</td><td>9000</td></tr></table>
      <table><tr><td><h2>Left</h2>words</td><td><table><tr><th>k</th><th>v</th></tr><tr><td>a</td><td>1</td></tr></table></td></tr></table>`);
    expect(text).toBe(
      [
        'Fees',
        '| Who | Fee \\| won |  |\n| --- | --- | --- |\n| Adult 18+ | day | 1000 |\n| Adult 18+ | year | 9000 |',
        'Left',
        'words',
        '| k | v |\n| --- | --- |\n| a | 1 |',
      ].join('\n\n'),
    );
  });

  it('reads the article and not what stands around it', async () => {
    const links = Array.from(
      { length: 30 },
      (_, index) => `<li><a href="/${index}">Section ${index}</a></li>`,
    );
    const { text } =
      await read(`<body><header><h1>Town library</h1></header><div class="sidebar"><ul>${links.join('')}</ul></div>
      <div id="content"><h2>Opening</h2>${prose('hall')}${prose('garden')}
      <table><tr><th>Day</th><th>Hours</th></tr><tr><td>Sunday</td><td>closed</td></tr></table>${prose('cellar')}</div>
      <nav>Navigation <a href="/">Home</a></nav></body>`);
    expect(text).toMatch(/^Town library\n\nOpening\n\nThe hall/);
    expect(text).toContain('| Sunday | closed |');
    expect(text).toContain('The cellar');
    expect(text).not.toMatch(/Section 1|Navigation/);
  });

  it('reads the introduction between a heading and the part that holds most of the text', async () => {
    const links = Array.from({ length: 9 }, (_, index) => `<a href="/${index}">Other appendix ${index}</a>`);
    const page = (between: string): string =>
      `<body><div id="banner"><a href="/get">Get the book</a></div><div class="appendix"><div><h1>Appendix A</h1></div>
      ${between}<div class="section"><h2>Census</h2>${prose('hall')}${prose('garden')}${prose('roof')}</div></div></body>`;
    const { text } = await read(page('<div class="highlights">Many libraries stem from this one.</div>'));
    expect(text).toMatch(/^Appendix A\n\nMany libraries stem from this one\.\n\nCensus\n\nThe hall/);
    expect((await read(page(`<div>Also: ${links.join(' ')}</div>`))).text).not.toContain('Other appendix');
  });

  it('takes what the page says is its main part, unless hardly anything is in it', async () => {
    const around = `<div>${prose('moat')}</div>`;
    const inMain = `<main><h1>Castle</h1>${prose('hall')}${prose('garden')}${prose('roof')}</main>`;
    const { text } = await read(`<body>${around}${inMain}</body>`);
    expect(text).toMatch(/^Castle\n\nThe hall/);
    expect(text).not.toContain('moat');
    const empty = await read(`<body>${around}${around}<main><p>loading</p></main></body>`);
    expect(empty.text).toContain('moat');
  });

  it('reads the whole body where no part of it holds most of the text', async () => {
    const parts = ['hall', 'garden', 'cellar', 'roof'].map(
      (about) => `<div><h2>About ${about}</h2><div class="comment">${prose(about)}</div></div>`,
    );
    const { text } = await read(`<body><nav>Menu</nav>${parts.join('')}<div>Short but needed.</div></body>`);
    for (const about of ['hall', 'garden', 'cellar', 'roof']) expect(text).toContain(`The ${about} of`);
    expect(text).toContain('Short but needed.');
    expect(text).not.toContain('Menu');
    expect((await read('<body><nav>Only navigation here</nav></body>')).text).toBe('Only navigation here');
  });

  it.each([
    ['a meta element', '<meta charset="euc-kr"><p>똠방각하 펲시</p>', 'cp949'],
    [
      'an old meta element',
      '<meta http-equiv=Content-Type content="text/html; charset=shift_jis"><p>日本語の文',
      'shift_jis',
    ],
    ['an XML declaration', '<?xml version="1.0" encoding="ISO-8859-1"?><p>“café”', 'windows-1252'],
    ['an XML declaration that is wrong', '<?xml version="1.0" encoding="euc-kr"?><p>café 한글', 'utf8'],
    ['nothing', '<p>도서관은 아홉 시에 엽니다', 'cp949'],
  ])('takes the encoding from %s', async (_, html, encoding) => {
    const { text } = await read(iconv.encode(html, encoding));
    expect(text).toBe(/<p>([^<]*)/.exec(html)![1]);
  });

  it('expands no entities but those of HTML and fetches nothing', async () => {
    const { text } = await read(
      '<!DOCTYPE html [<!ENTITY x "boom"><!ENTITY f SYSTEM "file:///etc/passwd">]><p>a &x; &f; &copy;</p>',
    );
    expect(text).toContain('a &x; &f; ©');
    expect(text).not.toContain('root:');
  });

  it('reads XHTML with elements that close themselves', async () => {
    const { text } = await read(
      '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="x"/></head>' +
        '<body><p><a id="x"/>kept</p></body></html>',
    );
    expect(text).toBe('kept');
  });

  it.each([
    ['half a megabyte of open tags', '<b>'.repeat(9_000) + 'x'],
    ['many cells with spans', `<table>${'<tr><td rowspan=65535 colspan=1000>x'.repeat(5_000)}</table>`],
    ['nested tables', '<table><tr><td>'.repeat(2_000) + 'x'],
    ['closing tags of nothing', '</p></i>'.repeat(100_000) + 'x'],
    ['lists in lists', '<ul><li>'.repeat(4_000) + 'x'],
    ['a million spaces', `<p>x${' '.repeat(1_000_000)}y`],
  ])('gets to the end of %s', async (_, html) => {
    const { text } = await read(html);
    expect(text).toContain('x');
    expect(text.length).toBeLessThan(5_000_000);
  });

  it('refuses a text beyond the limit and nesting beyond any page', async () => {
    await expect(readHtml(Buffer.from('<p>123456'), { maxTextChars: 5 })).rejects.toThrow(
      new FileFault('text-too-long'),
    );
    await expect(read('<div>'.repeat(50_000))).rejects.toThrow(new FileFault('document-damaged'));
  });
});
