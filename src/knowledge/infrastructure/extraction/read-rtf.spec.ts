import iconv from 'iconv-lite';
import { anExtractionRequest } from '../../../../test/builders/an-extraction-request.js';
import { readRtf } from './read-rtf.js';

const read = (rtf: string, limits = {}) =>
  readRtf(Buffer.from(rtf, 'latin1'), anExtractionRequest(limits), () => undefined);
const textOf = async (body: string): Promise<string> =>
  (
    await read(
      `{\\rtf1\\ansi\\ansicpg949\\deff0{\\fonttbl{\\f0\\fcharset129 Batang;}{\\f1\\fcharset0 Arial;}{\\f2\\fcharset204 Arial Cyr;}}${body}}`,
    )
  ).text;
const escaped = (text: string, encoding = 'cp949'): string =>
  [...iconv.encode(text, encoding)].map((byte) => `\\'${byte.toString(16).padStart(2, '0')}`).join('');

describe('readRtf', () => {
  it('reads Korean in code page 949, bytes that look like letters included, and in Unicode with what stands for it', async () => {
    expect(await textOf(`\\f0 ${escaped('한글 똠방각하')}\\par`)).toBe('한글 똠방각하');
    // the second byte of these syllables is an ASCII letter, which some programs write as such
    expect(await textOf("\\f0 \\'8cc \\'81A\\par")).toBe(
      iconv.decode(Buffer.from('8c63208141', 'hex'), 'cp949'),
    );
    expect(await textOf("\\uc1\\u-21316\\'b0\\'a1x\\u44032?y{\\uc0\\u44033}z\\uc2\\u44032\\'b0\\'a1w")).toBe(
      `${String.fromCharCode(0x10000 - 21316)}`.normalize() +
        iconv.decode(Buffer.from([0xa1, 0x78]), 'cp949') +
        '가y각z가w',
    );
    expect(await textOf('\\u-10179?\\u-8704?')).toBe('😀');
  });

  it('reads each run in the code page of its font', async () => {
    expect(
      await textOf(`{\\f2 ${escaped('Привет', 'cp1251')}} {\\f0 ${escaped('안녕')}} {\\f1 \\'93q\\'94}`),
    ).toBe('Привет 안녕 “q”');
  });

  it('keeps headings by style and outline, lists as they are seen, the title, and special characters', async () => {
    const { text, headings, title } = await read(
      `{\\rtf1\\ansi{\\stylesheet{\\s0 Normal;}{\\s1\\sbasedon0 heading 1;}{\\s2\\outlinelevel1 My own;}{\\*\\cs5 char;}}{\\info{\\upr{\\title A ? title}{\\*\\ud{\\title A \\u44032? title}}}{\\author someone}}
      \\pard\\s1 First\\par\\pard Text \\ldblquote quoted\\rdblquote\\emdash\\~x\\{y\\}\\par
      \\pard\\s2 {\\listtext 1.1\\tab}Second\\par
      \\pard{\\listtext\\u8226?\\tab}\\ls1 item\\par{\\listtext\\u8226?\\tab}\\ilvl1 inner\\par
      {\\pntext\\'b7\\tab}\\pard{\\*\\pn\\pnlvlblt}old\\par\\pard a\\line b\\tab c\\par}`,
    );
    expect(text).toBe('First\n\nText “quoted”— x{y}\n\n1.1 Second\n\n- item\n  - inner\n- old\n\na\nb\tc');
    expect(headings).toEqual([
      { level: 1, title: 'First', start: 0 },
      { level: 2, title: '1.1 Second', start: text.indexOf('1.1') },
    ]);
    expect(title).toBe('A 가 title');
  });

  it('makes tables Markdown and fills what is merged', async () => {
    const definition = '\\trowd\\clvmgf\\cellx1000\\cellx2000\\clmrg\\cellx3000';
    expect(
      await textOf(
        `before\\par ${definition}\\pard\\intbl a\\cell b\\par more\\cell\\cell\\row` +
          `\\trowd\\clvmrg\\cellx1000\\cellx2000\\cellx3000\\pard\\intbl\\cell c\\cell d\\cell\\row\\pard\\par\\trowd\\cellx1\\cellx2\\pard\\intbl x\\cell y\\cell\\row\\pard after\\par`,
      ),
    ).toBe(
      'before\n\n| a | b more |  |\n| --- | --- | --- |\n| a | c | d |\n\n| x | y |\n| --- | --- |\n\nafter',
    );
  });

  it('reads notes where they belong, results of fields, text boxes, and nothing that is not shown', async () => {
    expect(
      await textOf(
        'One{\\super\\chftn}{\\footnote\\pard\\plain {\\super\\chftn} The note.} two.\\par' +
          '{\\header page header\\par}{\\v hidden}{\\deleted gone}{\\field{\\*\\fldinst HYPERLINK "http://x"}{\\fldrslt link}}{\\*\\unknown never}' +
          '{\\pict\\wmetafile8 0102030405}{\\*\\bkmkstart b}\\bin3 }}} seen\\par{\\shp{\\*\\shpinst{\\sp{\\sn name}{\\sv value}}{\\shptxt box\\par}}}',
      ),
    ).toBe('One(1) two.\n\n(1) The note.\n\nlink seen\n\nbox');
  });

  it('ends with whatever it is given', async () => {
    const whole = `{\\rtf1\\ansi\\ansicpg949{\\fonttbl{\\f0\\fcharset129 B;}}\\trowd\\cellx1\\pard\\intbl ${escaped('가')}\\cell\\row\\pard{\\footnote x}\\u44032?\\'b0\\par}`;
    for (let cut = 6; cut < whole.length; cut++)
      await expect(read(whole.slice(0, cut))).resolves.toBeDefined();
    await expect(read(`{\\rtf1${'}'.repeat(1_000)} x`)).resolves.toBeDefined();
    await expect(read(`{\\rtf1${'{'.repeat(20_000)}`)).rejects.toMatchObject({ fault: 'document-damaged' });
    await expect(read('plain')).rejects.toMatchObject({ fault: 'document-damaged' });
    await expect(read(`{\\rtf1 ${'word '.repeat(500)}}`, { maxTextChars: 1_000 })).rejects.toMatchObject({
      fault: 'text-too-long',
    });
  });
});
