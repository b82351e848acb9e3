import { headingPaths, markdownFrontMatter, markdownHeadings } from './headings.js';

describe('markdownHeadings', () => {
  it('finds # and underlined headings with their offsets, outside fenced code', () => {
    const text =
      '# One\n\n```sh\n# comment\n```\n\nTwo\n===\n\n## Three `code` ##\n\ntext\n\nFour\n----\n#no\n\n---\n';
    const headings = markdownHeadings(text);
    expect(headings.map(({ level, title }) => [level, title])).toEqual([
      [1, 'One'],
      [1, 'Two'],
      [2, 'Three code'],
      [2, 'Four'],
    ]);
    expect(headings.map(({ start }) => text.slice(start, start + 4))).toEqual([
      '# On',
      'Two\n',
      '## T',
      'Four',
    ]);
  });
});

describe('markdownFrontMatter', () => {
  it('is no heading, and may state the title', () => {
    const text = '---\ntitle: "A: guide"\ndate: 2026-01-01\n---\n\n# Start\n';
    expect(markdownFrontMatter(text)).toEqual({ end: text.indexOf('\n# Start'), title: 'A: guide' });
    expect(markdownHeadings(text)).toEqual([{ level: 1, title: 'Start', start: text.indexOf('# Start') }]);
    expect(markdownFrontMatter('---\n\nA rule, and no end.\n')).toEqual({ end: 0, title: null });
  });

  it.each(['---\n', '---\ntitle: ', '---\na\n'])('gets to the end of a megabyte of %j', (unit) => {
    expect(() => markdownFrontMatter(unit.repeat(1_000_000 / unit.length))).not.toThrow();
  });
});

describe('headingPaths', () => {
  it('gives each heading the titles above it', () => {
    const levels = [1, 2, 3, 2, 1, 3].map((level, index) => ({ level, title: `h${index}`, start: index }));
    expect(headingPaths(levels).map(({ path }) => path.join('>'))).toEqual([
      'h0',
      'h0>h1',
      'h0>h1>h2',
      'h0>h3',
      'h4',
      'h4>h5',
    ]);
  });
});
