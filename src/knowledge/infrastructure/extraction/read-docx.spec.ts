import { anExtractionRequest } from '../../../../test/builders/an-extraction-request.js';
import {
  aDocx,
  anOfficeFile,
  wordParagraph as p,
  type DocxFixture,
} from '../../../../test/builders/office-fixture.js';
import { readDocx } from './read-docx.js';

const read = (fixture: DocxFixture, limits = {}) =>
  readDocx(aDocx(fixture), anExtractionRequest(limits), () => undefined);

const style = (id: string, name: string, properties = '', basedOn = ''): string =>
  `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/>${
    basedOn && `<w:basedOn w:val="${basedOn}"/>`
  }<w:pPr>${properties}</w:pPr></w:style>`;
const styles =
  style('1', 'heading 1', '<w:outlineLvl w:val="0"/>') +
  style('2', 'heading 2') +
  style('mine', '나의 제목', '', '2') +
  style('t', 'toc 1');
const styled = (id: string): string => `<w:pStyle w:val="${id}"/>`;
const listed = (id: number, level = 0): string =>
  `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${id}"/></w:numPr>`;
const level = (at: number, format: string, text: string): string =>
  `<w:lvl w:ilvl="${at}"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/></w:lvl>`;
const cell = (content: string, properties = ''): string =>
  `<w:tc><w:tcPr>${properties}</w:tcPr>${content}</w:tc>`;
const row = (...cells: string[]): string => `<w:tr>${cells.join('')}</w:tr>`;

describe('readDocx', () => {
  it('keeps headings by style with exact offsets, and the title of the properties', async () => {
    const { text, headings, title, pages } = await read({
      title: '취업 규칙',
      styles,
      body: [
        p('목차 ..... 1', styled('t')),
        p('총칙', styled('1')),
        p('이 규칙은 모두에게 적용한다.'),
        p('Scope', styled('mine')),
        p('Everyone.'),
        p('Direct', '<w:outlineLvl w:val="2"/>'),
      ].join(''),
    });
    expect(text).toBe('총칙\n\n이 규칙은 모두에게 적용한다.\n\nScope\n\nEveryone.\n\nDirect');
    expect(headings).toEqual([
      { level: 1, title: '총칙', start: 0 },
      { level: 2, title: 'Scope', start: text.indexOf('Scope') },
      { level: 3, title: 'Direct', start: text.indexOf('Direct') },
    ]);
    expect([title, pages]).toEqual(['취업 규칙', []]);
  });

  it('numbers lists and headings as they are seen', async () => {
    const numbering = `<w:abstractNum w:abstractNumId="0">${level(0, 'decimal', '제%1조')}${level(1, 'ganada', '%2.')}${level(2, 'bullet', '·')}</w:abstractNum>
      <w:abstractNum w:abstractNumId="1">${level(0, 'decimal', '%1.')}${level(1, 'lowerRoman', '%1.%2)')}</w:abstractNum>
      <w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="6"><w:abstractNumId w:val="1"/></w:num>
      <w:num w:numId="7"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="4"/></w:lvlOverride></w:num>`;
    const { text } = await read({
      styles,
      numbering,
      body: [
        p('목적', styled('1') + listed(5)),
        p('하나', listed(5, 1)),
        p('둘', listed(5, 1)),
        p('점', listed(5, 2)),
        p('정의', styled('1') + listed(5)),
        p('다시', listed(5, 1)),
        p('first', listed(6)),
        p('inner', listed(6, 1)),
        p('', listed(6)),
        p('third', listed(6)),
        p('other', listed(7)),
        p('no list', listed(0)),
      ].join(''),
    });
    expect(text).toBe(
      '제1조 목적\n\n  가. 하나\n  나. 둘\n    - 점\n\n제2조 정의\n\n  가. 다시\n1. first\n  1.i) inner\n3. third\n4. other\n\nno list',
    );
  });

  it('makes tables Markdown, repeats what is merged downwards, and reads frames as text', async () => {
    const { text } = await read({
      styles,
      body:
        `<w:tbl>${row(cell(p('구분')), cell(p('일수 | 비고'), '<w:gridSpan w:val="2"/>'))}` +
        `${row(cell(p('연차'), '<w:vMerge w:val="restart"/>'), cell(p('15') + p('일')), cell(p('1년')))}` +
        `${row(cell(p(''), '<w:vMerge/>'), cell(p('16')), cell(`<w:tbl>${row(cell(p('a')), cell(p('b')))}</w:tbl>`))}</w:tbl>` +
        `<w:tbl>${row(cell(''), cell(p('Notice', styled('1')) + p('Inside a frame.')))}</w:tbl>`,
    });
    expect(text).toBe(
      '| 구분 | 일수 \\| 비고 |  |\n| --- | --- | --- |\n| 연차 | 15 일 | 1년 |\n| 연차 | 16 | a b |\n\nNotice\n\nInside a frame.',
    );
  });

  it('reads notes where they belong, text boxes once, and nothing that is not shown', async () => {
    const run = (content: string): string => `<w:r>${content}</w:r>`;
    const box = (content: string): string => `<w:txbxContent>${p(content)}</w:txbxContent>`;
    const { text } = await read({
      footnotes: `<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/><w:t>단, 수습은 제외한다.</w:t></w:r></w:p></w:footnote>`,
      body: [
        `<w:p>${run('<w:t>One</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t>')}${run('<w:footnoteReference w:id="2"/>')}</w:p>`,
        `<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom>${run('<w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t>')}${run('<w:instrText>PAGE</w:instrText>')}${run('<w:t>seen</w:t>')}</w:p>`,
        `<w:p>${run(`<mc:AlternateContent xmlns:mc="m"><mc:Choice>${box('box')}</mc:Choice><mc:Fallback>${box('box')}</mc:Fallback></mc:AlternateContent>`)}</w:p>`,
      ].join(''),
    });
    expect(text).toBe('One\ttwo\nthree(1)\n\n(1) 단, 수습은 제외한다.\n\nseen\n\nbox');
  });

  it('is NFC whatever came in', async () => {
    const { text } = await read({ body: p('한글'.normalize('NFD')) + p('\u0301e') });
    expect(text).toBe(text.normalize('NFC'));
    expect(text).toContain('한글');
  });

  it('knows the files that are something else, damaged or protected', async () => {
    const request = anExtractionRequest();
    const faultOf = (bytes: Buffer) =>
      readDocx(bytes, request, () => undefined).then(
        () => 'read',
        (error: { fault: string }) => error.fault,
      );
    const good = aDocx({ body: p('x') });
    const encrypted = Buffer.alloc(4_096);
    Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(encrypted);
    expect(await faultOf(encrypted)).toBe('type-mismatch');
    encrypted.write('EncryptedPackage', 1_024, 'utf16le');
    expect(await faultOf(encrypted)).toBe('document-encrypted');
    expect(await faultOf(anOfficeFile('xl/workbook.xml', { 'xl/workbook.xml': '<workbook/>' }))).toBe(
      'type-mismatch',
    );
    expect(await faultOf(good.subarray(0, good.length - 30))).toBe('document-damaged');
    expect(
      await faultOf(anOfficeFile('word/document.xml', { 'word/document.xml': '<w:document><w:p>' })),
    ).toBe('document-damaged');
    expect(await faultOf(anOfficeFile('word/document.xml', {}))).toBe('document-damaged');
  });

  it('stops at the limit of characters, in tables too', async () => {
    const long = p('word '.repeat(300));
    await expect(read({ body: long }, { maxTextChars: 1_000 })).rejects.toMatchObject({
      fault: 'text-too-long',
    });
    await expect(
      read({ body: `<w:tbl>${row(cell(long), cell(long))}</w:tbl>` }, { maxTextChars: 2_000 }),
    ).rejects.toMatchObject({ fault: 'text-too-long' });
  });
});
