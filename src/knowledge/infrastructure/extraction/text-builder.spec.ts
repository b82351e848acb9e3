import fc from 'fast-check';
import { FileFault } from './extraction-protocol.js';
import { markdownTable } from './markdown-table.js';
import { TextBuilder } from './text-builder.js';

describe('TextBuilder', () => {
  it('keeps where headings, sections and pages start', () => {
    const builder = new TextBuilder(1_000);
    builder.page(1);
    builder.heading(1, '  제목\n둘 ');
    builder.block('first\n  indented \n');
    builder.page(2);
    builder.section(2, 'hidden path');
    builder.code('\n  x = 1\n```\n');
    builder.page(3);
    const { text, pages, headings, title } = builder.build();
    expect(text).toBe('제목 둘\n\nfirst\n  indented\n\n````\n  x = 1\n```\n````');
    expect(pages.map(({ number, start }) => [number, text.slice(start, start + 4)])).toEqual([
      [1, '제목 둘'],
      [2, '````'],
      [3, ''],
    ]);
    expect(headings.map(({ level, title: heading, start }) => [level, heading, text[start]])).toEqual([
      [1, '제목 둘', '제'],
      [2, 'hidden path', '`'],
    ]);
    expect(title).toBe('제목 둘');
  });

  it('takes a heading that says what its section says for one, at the level of the section', () => {
    const builder = new TextBuilder(1_000);
    builder.section(2, 'Scope');
    builder.heading(4, '1.1. Scope');
    builder.section(2, 'Other');
    builder.heading(3, 'Different');
    expect(builder.build().headings.map(({ level, title }) => [level, title])).toEqual([
      [2, '1.1. Scope'],
      [2, 'Other'],
      [3, 'Different'],
    ]);
  });

  it('prefers the title that the document states', () => {
    const builder = new TextBuilder(100);
    builder.heading(1, 'First');
    expect(builder.build(' Stated\ntitle ').title).toBe('Stated title');
    expect(builder.build(' ').title).toBe('First');
  });

  it('stops at the limit, not after it', () => {
    const builder = new TextBuilder(10);
    builder.block('1234567890');
    expect(() => builder.block('1')).toThrow(new FileFault('text-too-long'));
  });

  it('gives NFC and exact offsets for blocks of any characters', () => {
    const piece = fc.tuple(
      fc.constantFrom('block', 'heading', 'code', 'page'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const builder = new TextBuilder(100_000);
        pieces.forEach(([kind, raw], index) => {
          if (kind === 'block') builder.block(raw);
          else if (kind === 'heading') builder.heading(1, raw);
          else if (kind === 'code') builder.code(raw);
          else builder.page(index);
        });
        const { text, pages, headings } = builder.build();
        expect(text.normalize('NFC')).toBe(text);
        for (const { title, start } of headings) expect(text.slice(start, start + title.length)).toBe(title);
        for (const { start } of pages) expect(start <= text.length).toBe(true);
      }),
    );
  });
});

describe('markdownTable', () => {
  it('escapes pipes, keeps cells on one line and drops what is empty', () => {
    expect(markdownTable([['a', ' b|c ', ''], [], ['1\n2', '', '']])).toBe(
      '| a | b\\|c |\n| --- | --- |\n| 1 2 |  |',
    );
    expect(markdownTable([[''], []])).toBe('');
  });
});
