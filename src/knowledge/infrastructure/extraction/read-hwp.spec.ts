import { aHwp, aHwpx, type HwpBlock } from '../../../../test/builders/hwp-fixture.js';
import { anExtractionRequest } from '../../../../test/builders/an-extraction-request.js';
import { FileFault } from './extraction-protocol.js';
import { readHwp, readHwpx } from './read-hwp.js';
import type { Reader } from './reader.js';

const blocks: HwpBlock[] = [
  { text: '휴가 규정', level: 1 },
  { text: '이 규정은 휴가에 관한 사항을 정한다.' },
  { text: '연차', level: 2 },
  { text: '연차는 아래 표에 따른다 <1년 & 이상>.' },
  {
    cells: [
      ['구분', '일수'],
      ['연차 | 월차', '15'],
      ['병가', '60'],
    ],
  },
  { text: '끝.' },
];

const read = (reader: Reader, bytes: Buffer, changes = {}) =>
  reader(bytes, anExtractionRequest(changes), () => undefined);

describe.each([
  ['readHwp', readHwp, (content: HwpBlock[]) => aHwp(content)],
  ['readHwpx', readHwpx, (content: HwpBlock[]) => aHwpx(content)],
] as const)('%s', (_, reader, made) => {
  it('gives paragraphs, headings and tables as Markdown', async () => {
    const { text, headings, title, pages } = await read(reader, made(blocks));
    expect(text).toBe(
      [
        '휴가 규정',
        '이 규정은 휴가에 관한 사항을 정한다.',
        '연차',
        '연차는 아래 표에 따른다 <1년 & 이상>.',
        '| 구분 | 일수 |\n| --- | --- |\n| 연차 \\| 월차 | 15 |\n| 병가 | 60 |',
        '끝.',
      ].join('\n\n'),
    );
    expect(headings).toEqual([
      { level: 1, title: '휴가 규정', start: 0 },
      { level: expect.any(Number), title: '연차', start: text.indexOf('연차\n') },
    ]);
    expect(headings[1]!.level).toBeGreaterThan(1);
    expect(title).toBe('휴가 규정');
    expect(pages).toEqual([]);
  });

  it('reads tables that lay a page out as paragraphs', async () => {
    const { text } = await read(
      reader,
      made([
        {
          cells: [
            ['받는 사람', '아무개'.repeat(400)],
            ['제목', '안내'],
          ],
        },
      ]),
    );
    expect(text).toBe(`받는 사람\n\n${'아무개'.repeat(400)}\n\n제목\n\n안내`);
  });

  it('stops at the limit of text', async () => {
    await expect(read(reader, made(blocks), { maxTextChars: 20 })).rejects.toThrow(
      new FileFault('text-too-long'),
    );
  });

  it('refuses what is damaged', async () => {
    const whole = made(blocks);
    await expect(read(reader, whole.subarray(0, 600))).rejects.toThrow(new FileFault('document-damaged'));
    await expect(read(reader, Buffer.from('nothing of the kind'))).rejects.toThrow(
      new FileFault('document-damaged'),
    );
  });
});

describe('protected documents', () => {
  it.each(['encrypted', 'rightsManaged'] as const)('refuses HWP that is %s', async (protection) => {
    await expect(read(readHwp, aHwp(blocks, protection))).rejects.toThrow(
      new FileFault('document-encrypted'),
    );
  });

  it('refuses encrypted HWPX', async () => {
    await expect(read(readHwpx, aHwpx(blocks, { isEncrypted: true }))).rejects.toThrow(
      new FileFault('document-encrypted'),
    );
  });
});
