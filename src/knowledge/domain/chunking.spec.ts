import fc from 'fast-check';
import type { ExtractedText } from './chunk.js';
import { chunkText, type ChunkingLimits } from './chunking.js';
import { markdownHeadings } from './headings.js';

/** A stand-in that counts words by their length, as encodings roughly do, and white space beyond one too. */
const count = (text: string): number =>
  (text.match(/\S+|\s{2,}/g) ?? []).reduce((sum, part) => sum + Math.ceil(part.length / 4), 0);

const limits: ChunkingLimits = { targetTokens: 40, overlapTokens: 10, maxTokens: 60 };

const markdown = (text: string): ExtractedText => ({
  text,
  pages: [],
  headings: markdownHeadings(text),
  title: null,
});
const chunksOf = (text: string, with_: Partial<ChunkingLimits> = {}) =>
  chunkText(markdown(text), { ...limits, ...with_ }, count);

const sentences = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `Sentence number ${from + index} says a little.`).join(' ');

describe('chunkText', () => {
  it('ends chunks at sentence ends, with whole sentences repeated as overlap', () => {
    const chunks = chunksOf(sentences(0, 30));
    expect(chunks.length).toBeGreaterThan(3);
    for (const chunk of chunks) {
      expect(chunk.text).toMatch(/^Sentence/);
      expect(chunk.text).toMatch(/little\.$/);
    }
    for (let at = 1; at < chunks.length; at++) {
      expect(chunks[at]!.charStart).toBeLessThan(chunks[at - 1]!.charEnd);
      expect(chunks[at]!.charStart).toBeGreaterThan(chunks[at - 1]!.charStart);
    }
  });

  it('repeats nothing where no overlap is wanted, nor across a heading', () => {
    const plain = chunksOf(sentences(0, 30), { overlapTokens: 0 });
    for (let at = 1; at < plain.length; at++) {
      expect(plain[at]!.charStart).toBeGreaterThanOrEqual(plain[at - 1]!.charEnd);
    }
    const [first, second] = chunksOf(`# A\n\n${sentences(0, 3)}\n\n# B\n\n${sentences(3, 5)}`);
    expect(first!.text).toMatch(/^# A/);
    expect(second!.text).toMatch(/^# B/);
  });

  it('knows the headings above a chunk and keeps a heading with what follows it', () => {
    const text = `# Guide\n\n${sentences(0, 4)}\n\n## Setup\n\n${sentences(4, 12)}\n\n# Other\n\n${sentences(12, 14)}`;
    const chunks = chunksOf(text);
    const setup = chunks.filter((chunk) => chunk.headings.includes('Setup'));
    expect(setup.length).toBeGreaterThan(1);
    for (const chunk of setup) expect(chunk.context).toBe('Guide > Setup');
    expect(chunks.at(-1)!.headings).toEqual(['Other']);
    for (const chunk of chunks) expect(chunk.text).not.toMatch(/\n#+ \w+$/);
  });

  it('puts tiny sections together', () => {
    expect(chunksOf('# A\n\nOne.\n\n# B\n\nTwo.\n\n# C\n\nThree.', { targetTokens: 60 })).toHaveLength(1);
  });

  it('keeps code and tables whole between the target and the cap', () => {
    const code = `\`\`\`js\n${Array.from({ length: 12 }, (_, index) => `call(${index}); # no heading`).join('\n')}\n\`\`\``;
    const chunks = chunksOf(`${sentences(0, 5)}\n\n${code}\n\n${sentences(5, 9)}`, { maxTokens: 100 });
    expect(chunks.filter((chunk) => chunk.text.includes('call('))).toHaveLength(1);
    expect(chunks.some((chunk) => chunk.text.includes(code))).toBe(true);
  });

  it('cuts code that is too large before what stands without indent after an empty line', () => {
    const functions = Array.from(
      { length: 12 },
      (_, index) => `// number ${index}\nconst f${index} = () => {\n  first(${index});\n\n  second();\n};`,
    );
    const chunks = chunksOf(`\`\`\`js\n${functions.join('\n\n')}\n\`\`\``);
    expect(chunks.length).toBeGreaterThan(3);
    for (const chunk of chunks) {
      expect(chunk.text).toMatch(/^(?:```js\n)?\/\/ number/);
      expect(chunk.text).toMatch(/\n};\s*(?:```)?$/);
    }
  });

  it('cuts a table that is too large between rows and repeats its header in the context', () => {
    const header = '| name | value |\n|---|---|';
    const rows = Array.from({ length: 40 }, (_, index) => `| row ${index} | ${index} |`).join('\n');
    const chunks = chunksOf(`# Data\n\n${header}\n${rows}\n\nAfter.`);
    const continued = chunks.filter((chunk) => chunk.text.startsWith('| row'));
    expect(continued.length).toBeGreaterThan(2);
    for (const chunk of continued) expect(chunk.context).toBe(`Data\n${header}`);
    for (const chunk of chunks) expect(chunk.text).toMatch(/[|.]$/);
  });

  it('names the page on which a chunk starts', () => {
    const first = sentences(0, 10);
    const text = `${first}\n\n${sentences(10, 20)}`;
    const pages = [
      { number: 1, start: 0 },
      { number: 2, start: first.length + 2 },
    ];
    const chunks = chunkText({ text, pages, headings: [], title: null }, limits, count);
    for (const chunk of chunks) expect(chunk.page).toBe(chunk.charStart < first.length + 2 ? 1 : 2);
    expect(chunks.at(-1)!.page).toBe(2);
  });

  it('has nothing to say about nothing', () => {
    expect(chunksOf('')).toEqual([]);
    expect(chunksOf(' \n\n\t ')).toEqual([]);
  });

  it('covers any text, in order, with exact slices under the cap', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '# H\n',
        '## 제목\n',
        '```\n',
        '| a | b |\n',
        '|---|---|\n',
        '\n\n',
        '\n',
        ' ',
        '. ',
        '다. ',
      ),
      fc.constantFrom(
        'word',
        '한국어 ',
        '😀',
        'ㅋ'.repeat(300),
        'x'.repeat(500),
        ' '.repeat(400),
        '漢字',
        '- item\n',
      ),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 120 }),
        fc.record({
          targetTokens: fc.integer({ min: 16, max: 80 }),
          overlapTokens: fc.nat(15),
          more: fc.nat(40),
        }),
        (pieces, { targetTokens, overlapTokens, more }) => {
          const text = pieces.join('');
          const maxTokens = targetTokens + more;
          const chunks = chunkText(markdown(text), { targetTokens, overlapTokens, maxTokens }, count);
          let covered = 0;
          let previousStart = -1;
          chunks.forEach((chunk, index) => {
            expect(chunk.ordinal).toBe(index);
            expect(chunk.text).toBe(text.slice(chunk.charStart, chunk.charEnd));
            expect(chunk.text.trim()).not.toBe('');
            expect(chunk.tokenCount).toBe(count(chunk.text));
            expect(chunk.tokenCount).toBeLessThanOrEqual(maxTokens);
            expect(chunk.charStart).toBeGreaterThan(previousStart);
            expect(chunk.charEnd).toBeGreaterThan(covered);
            expect(text.slice(covered, Math.max(covered, chunk.charStart)).trim()).toBe('');
            expect(chunk.text).not.toMatch(/\p{Surrogate}/u);
            covered = chunk.charEnd;
            previousStart = chunk.charStart;
          });
          expect(text.slice(covered).trim()).toBe('');
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each([
    ['prose', 'A sentence of some words. '],
    ['one word', 'x'],
    ['headings', '# H\n'],
    ['table rows', '| a | b |\n'],
    ['fences', '```\n'],
    ['blank lines', '\n'],
    ['short lines', 'a\n\n'],
  ])('takes half a megabyte of %s to the last character', (_, unit) => {
    const text = unit.repeat(500_000 / unit.length);
    const chunks = chunksOf(text, { targetTokens: 400, overlapTokens: 60, maxTokens: 600 });
    expect(text.slice(chunks.at(-1)?.charEnd ?? 0).trim()).toBe('');
  });
});
