import iconv from 'iconv-lite';
import { anExtractionRequest } from '../../../../test/builders/an-extraction-request.js';
import { readMarkdown } from './read-markdown.js';
import { readPlainText } from './read-plain-text.js';
import { readSourceCode } from './read-source-code.js';

const reading = (filename: string) => [anExtractionRequest({ filename }), () => undefined] as const;

describe('readPlainText', () => {
  it('takes form feeds as page ends and finds headings', async () => {
    const bytes = iconv.encode('제1장 총칙\r\n\r\n첫째 쪽\f제2장 휴가\r\n둘째 쪽\f', 'cp949');
    const { text, pages, headings, title } = await readPlainText(bytes, ...reading('a.txt'));
    expect(text).toBe('제1장 총칙\n\n첫째 쪽\n제2장 휴가\n둘째 쪽\n');
    expect(pages.map(({ number, start }) => [number, text.slice(start, start + 3)])).toEqual([
      [1, '제1장'],
      [2, '제2장'],
    ]);
    expect(headings.map((heading) => heading.title)).toEqual(['제1장 총칙', '제2장 휴가']);
    expect(title).toBeNull();
  });

  it('has no pages without them', async () => {
    expect((await readPlainText(Buffer.from('one\ntwo'), ...reading('a.txt'))).pages).toEqual([]);
  });
});

describe('readMarkdown', () => {
  it('keeps the text as it is, with its headings and the title that it states', async () => {
    const source = '---\ntitle: Stated\n---\n# First\n\n| a |\n|---|\n| 1 |\n';
    const { text, headings, title } = await readMarkdown(Buffer.from(source), ...reading('a.md'));
    expect(text).toBe(source);
    expect(headings).toEqual([{ level: 1, title: 'First', start: source.indexOf('# First') }]);
    expect(title).toBe('Stated');
    expect((await readMarkdown(Buffer.from('# First'), ...reading('a.md'))).title).toBe('First');
  });
});

describe('readSourceCode', () => {
  it('is one code block with its definitions as headings', async () => {
    const code = 'import os\n\ndef read(path):\n    """```"""\n    return 1\n';
    const { text, headings } = await readSourceCode(Buffer.from(code), ...reading('Dir.x/a.PY'));
    expect(text).toBe(`\`\`\`\`py\n${code}\`\`\`\``);
    expect(headings).toEqual([{ level: 1, title: 'def read(path)', start: text.indexOf('def read') }]);
  });

  it('is nothing for an empty file', async () => {
    expect((await readSourceCode(Buffer.from(' \n'), ...reading('a.py'))).text).toBe('');
  });
});
