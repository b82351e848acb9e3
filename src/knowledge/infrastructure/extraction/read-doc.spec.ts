import fc from 'fast-check';
import { anExtractionRequest } from '../../../../test/builders/an-extraction-request.js';
import {
  aWordFile,
  inTable,
  listItem,
  rowEnd,
  type WordPart,
} from '../../../../test/builders/word-fixture.js';
import { FileFault } from './extraction-protocol.js';
import { readDoc } from './read-doc.js';

const read = (bytes: Buffer, changes = {}) => readDoc(bytes, anExtractionRequest(changes), () => undefined);
const row = (...cells: string[]): WordPart[] => [
  ...cells.map((text): WordPart => ({ text, end: '\x07', properties: [inTable] })),
  { text: '', end: '\x07', properties: [inTable, rowEnd] },
];

describe('readDoc', () => {
  it('gives headings by their style, lists and tables as Markdown', async () => {
    const { text, headings, title, pages } = await read(
      aWordFile([
        { text: '휴가 규정', style: 1 },
        { text: 'See \x13 HYPERLINK "http://x.test" \x14the \x13 PAGE \x14link\x15\x15 –\x0bnext\x01.' },
        { text: '연차', style: 2 },
        { text: '하나', properties: [listItem] },
        { text: '둘', properties: [listItem] },
        ...row('구분', '일수'),
        { text: '병가', properties: [inTable] },
        ...row('둘째 | 문단', '60'),
        { text: '끝.' },
      ]),
    );
    expect(text).toBe(
      [
        '휴가 규정',
        'See the link –\nnext.',
        '연차',
        '- 하나\n- 둘',
        '| 구분 | 일수 |\n| --- | --- |\n| 병가 둘째 \\| 문단 | 60 |',
        '끝.',
      ].join('\n\n'),
    );
    expect(headings).toEqual([
      { level: 1, title: '휴가 규정', start: 0 },
      { level: 2, title: '연차', start: text.indexOf('연차') },
    ]);
    expect(title).toBe('휴가 규정');
    expect(pages).toEqual([]);
  });

  it('leaves deleted text out and puts footnotes after the body', async () => {
    const parts = [{ text: 'kept gone kept' }, { text: 'A note.' }];
    const { text } = await read(aWordFile(parts, { deleted: [5, 10], footnoteLength: 8 }));
    expect(text).toBe('kept kept\n\nA note.');
  });

  it('reads text of one byte for each character', async () => {
    const { text } = await read(aWordFile([{ text: 'caf\xe9 \x93quoted\x94' }], { isNarrow: true }));
    expect(text).toBe('café “quoted”');
  });

  it('reads a text that takes many sectors', async () => {
    const { text } = await read(aWordFile([{ text: '가나다라'.repeat(20_000) }]));
    expect(text).toBe('가나다라'.repeat(20_000));
  });

  it('refuses what is protected, too long, or not one', async () => {
    const parts = [{ text: 'some text' }];
    await expect(read(aWordFile(parts, { isEncrypted: true }))).rejects.toThrow(
      new FileFault('document-encrypted'),
    );
    await expect(read(aWordFile(parts), { maxTextChars: 5 })).rejects.toThrow(new FileFault('text-too-long'));
    await expect(read(Buffer.from('no document'))).rejects.toThrow(new FileFault('document-damaged'));
  });

  it('answers with a text or a fault for files cut or changed anywhere', async () => {
    const whole = aWordFile([{ text: 'One', style: 1 }, ...row('a', 'b'), { text: 'Two' }]);
    const outcomes = async (bytes: Buffer): Promise<unknown> => read(bytes).catch((error: unknown) => error);
    const isFine = (outcome: unknown): boolean =>
      outcome instanceof FileFault || typeof (outcome as { text?: unknown }).text === 'string';
    for (let length = 0; length < whole.length; length += 64)
      expect(isFine(await outcomes(whole.subarray(0, length)))).toBe(true);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
        const changed = Buffer.from(whole);
        changed[at] = byte;
        expect(isFine(await outcomes(changed))).toBe(true);
      }),
      { numRuns: 1_500 },
    );
  });
});
