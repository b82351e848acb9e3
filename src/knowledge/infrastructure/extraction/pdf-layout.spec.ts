import { composePdfText } from './pdf-layout.js';
import type { PdfLine } from './pdf-lines.js';

const width = 470;
const aLine = (text: string, top: number, more: Partial<PdfLine> = {}): PdfLine => ({
  text,
  page: 1,
  size: 10,
  left: 72,
  right: width + 72,
  top,
  endsInSpace: false,
  ...more,
});
const compose = (lines: PdfLine[], pageCount = 1) => composePdfText({ title: null, pageCount, lines });

describe('composePdfText', () => {
  it('joins the lines of a paragraph and parts paragraphs by the space between them', () => {
    const { text } = compose([
      aLine('The contract between the two parties runs for a year and is', 700),
      aLine('renewed unless one of them ends it.', 687, { right: 250 }),
      aLine('Another paragraph starts here.', 660, { right: 230 }),
    ]);
    expect(text).toBe(
      'The contract between the two parties runs for a year and is renewed unless one of them ends it.\n\n' +
        'Another paragraph starts here.',
    );
  });

  it('takes hyphens at line ends away, and keeps those that belong to the word', () => {
    const { text } = compose([
      aLine('These are the nego-', 700),
      aLine('tiations about the state-of-', 687),
      aLine('the-art and COVID-', 674),
      aLine('19 of the year', 661, { right: 200 }),
    ]);
    expect(text).toBe('These are the negotiations about the state-of-the-art and COVID-19 of the year');
  });

  it('joins Korean words that a line end cuts, by the spaces that the file keeps', () => {
    const { text } = compose([
      aLine('계약 당사자는 서로의 의무를 성실하', 700),
      aLine('게 이행하며 기한을', 687, { endsInSpace: true }),
      aLine('지켜야 한다.', 674, { right: 160 }),
    ]);
    expect(text).toBe('계약 당사자는 서로의 의무를 성실하게 이행하며 기한을 지켜야 한다.');
  });

  it('joins them by the likelier reading where it keeps none', () => {
    const { text } = compose([
      aLine('이 문서는 프로', 700),
      aLine('젝트의 목적을 설명하며 소프트', 687),
      aLine('웨어를 설치하는 방법을', 674),
      aLine('알려 줍니', 661),
      aLine('다. 다음 장을', 648),
      aLine('(2장)을 보라.', 635, { right: 160 }),
    ]);
    expect(text).toBe(
      '이 문서는 프로젝트의 목적을 설명하며 소프트웨어를 설치하는 방법을 알려 줍니다. 다음 장을 (2장)을 보라.',
    );
  });

  it('does not take recognised lines, whose ends nobody knows, for lines without a space', () => {
    const { text } = compose(
      [
        aLine('계약 당사자는 서로의 의무를 성실하', 700),
        aLine('게 이행하며 기한을', 687, { endsInSpace: true }),
        aLine('지켜야 한다.', 674, { right: 160 }),
        aLine('이 계약은 당사자 모두가 정해진 기한을', 700, { page: 2, endsInSpace: undefined }),
        aLine('지키는 것을 바탕으로 한다.', 687, { page: 2, endsInSpace: undefined, right: 200 }),
      ],
      2,
    );
    expect(text).toContain('의무를 성실하게 이행하며');
    expect(text).toContain('정해진 기한을 지키는 것을');
  });

  it('starts list items and lines of a table of contents on lines of their own', () => {
    const { text } = compose([
      aLine('1. Introduction to the matter . . . . . . . . . 3', 700),
      aLine('2. Methods that were used . . . . . . . . . . . 7', 687),
      aLine('• first of the items in this list, which is long', 674),
      aLine('and goes on', 661, { left: 80, right: 150 }),
      aLine('• second', 648, { right: 120 }),
    ]);
    expect(text.split('\n')).toEqual([
      '1. Introduction to the matter . . . . . . . . . 3',
      '2. Methods that were used . . . . . . . . . . . 7',
      '• first of the items in this list, which is long and goes on',
      '• second',
    ]);
  });

  it('finds headings by type size, with levels and offsets, and the title among them', () => {
    const { text, headings, title } = compose([
      aLine('The Guide', 760, { size: 20, right: 170 }),
      aLine('First Steps', 720, { size: 14, right: 150 }),
      aLine('Some text of the first section stands here, and it is', 690),
      aLine('long enough to be the body.', 677, { right: 200 }),
      aLine('More of it comes in a second paragraph of this page.', 650),
      aLine('Second Steps', 610, { size: 14, right: 160 }),
      aLine('And the text of the second section.', 580, { right: 300 }),
    ]);
    expect(title).toBe('The Guide');
    expect(headings.map(({ level, title: heading }) => [level, heading])).toEqual([
      [1, 'The Guide'],
      [2, 'First Steps'],
      [2, 'Second Steps'],
    ]);
    for (const heading of headings) expect(text.slice(heading.start).startsWith(heading.title)).toBe(true);
  });

  it('drops page numbers and repeated headers, but nothing that is not one', () => {
    const lines = [1, 2, 3, 4, 5].flatMap((page) => [
      aLine('Annual Report', 800, { page, right: 150 }),
      aLine(`Invoice ${page * 731}`, 700, { page, right: 150 }),
      aLine(`The text of page ${page} begins here and then it goes on`, 660, { page }),
      aLine('for some lines more, each of which fills the width of the', 647, { page }),
      aLine(`page ${page} from left to right`, 634, { page }),
      aLine(`until page ${page} ends without any stop and`, 621, { page }),
      aLine(`- ${page + 4} -`, 40, { page, left: 290, right: 310 }),
    ]);
    const { text, pages } = compose(lines, 5);
    expect(text.match(/Annual Report/g)).toHaveLength(1);
    expect(text).not.toMatch(/- \d -/);
    expect(text.match(/for some lines more/g)).toHaveLength(5);
    for (const page of [1, 2, 3, 4, 5]) expect(text).toContain(`Invoice ${page * 731}`);
    expect(pages.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    for (const { number, start } of pages) {
      expect(text.slice(start, start + 120)).toContain(`Invoice ${number * 731}`);
    }
  });

  it('joins a sentence over a page end', () => {
    const { text, pages } = compose(
      [
        aLine('The sentence of the first page goes on to', 60),
        aLine('the second one.', 780, { page: 2, right: 160 }),
      ],
      2,
    );
    expect(text).toBe('The sentence of the first page goes on to the second one.');
    expect(pages[1]).toEqual({ number: 2, start: text.indexOf('the second one') });
  });

  it('leaves pages alone that say little else than their number', () => {
    const lines = [1, 2, 3, 4, 5].map((page) => aLine(`This is page ${page}`, 700, { page, right: 150 }));
    expect(compose(lines, 5).text.match(/This is page/g)).toHaveLength(5);
  });

  it('knows pages without text', () => {
    const { pages, text } = compose([aLine('Only here.', 700, { page: 2, right: 120 })], 3);
    expect(pages).toEqual([
      { number: 1, start: 0 },
      { number: 2, start: 0 },
      { number: 3, start: text.length },
    ]);
  });
});
