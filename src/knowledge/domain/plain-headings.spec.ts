import { plainHeadings } from './plain-headings.js';

const found = (text: string) => plainHeadings(text).map(({ level, title }) => [level, title]);

describe('plainHeadings', () => {
  it('finds the parts and titled articles of Korean statutes', () => {
    const text =
      '제1장 총칙\n제1조(목적) 이 규정은 휴가에 관한 사항을 정한다.\n제2조의2 (정의) ① 용어는\n' +
      '제5조 제1항에 따라 신청한다.\n제2장 휴가에 관한 사항을 정한다.\n  제2절  연차\n제3조(기간)에 따른 기간은';
    expect(found(text)).toEqual([
      [2, '제1장 총칙'],
      [5, '제1조(목적)'],
      [5, '제2조의2 (정의)'],
      [3, '제2절  연차'],
    ]);
    const headings = plainHeadings(text);
    expect(headings.map(({ start }) => text.slice(start, start + 3))).toEqual([
      '제1장',
      '제1조',
      '제2조',
      '  제',
    ]);
  });

  it('finds underlined titles, their levels by first use', () => {
    expect(found('======\nGuide\n======\n\nText.\n\nSetup\n-----\ntext\n\nOther\n=====\n\nend')).toEqual([
      [1, 'Guide'],
      [2, 'Setup'],
      [1, 'Other'],
    ]);
    expect(
      found('a line of a paragraph\nanother one of it\n-----\n\nA far too long line to be so named\n---'),
    ).toEqual([]);
  });

  it('finds numbered titles that stand alone and capitals over indented text', () => {
    expect(
      found(
        '1.  Introduction\n\n   Text.\n\n1.1.  Terms Used\n\n2. Do this first.\n\n3 A list\n4 Goes on\n\n5. Contents ..... 7\n',
      ),
    ).toEqual([
      [1, '1.  Introduction'],
      [2, '1.1.  Terms Used'],
    ]);
    expect(found('Written by\n\n1. Ada Lovelace\n\n2. Alan Turing\n\n1.2. Thanks\n\ntext')).toEqual([
      [2, '1.2. Thanks'],
    ]);
    expect(found('NAME\n       ls - list\n\nSEE ALSO\n       cp\n\nNOT THIS\nas no indent follows')).toEqual([
      [1, 'NAME'],
      [1, 'SEE ALSO'],
    ]);
  });

  it.each(['제1조(', '=\n', '1.1.1.1.1.1.', 'A'.repeat(100), '제1조(가'.repeat(3)])(
    'gets to the end of a megabyte of %j',
    (unit) => {
      expect(() => plainHeadings(unit.repeat(1_000_000 / unit.length))).not.toThrow();
    },
  );
});
