import fc from 'fast-check';
import { anExtractionRequest } from '../../../../test/builders/an-extraction-request.js';
import { cleanText } from './clean-text.js';
import { readJson } from './read-json.js';

const read = (source: string | Buffer) =>
  readJson(Buffer.from(source), anExtractionRequest({ mimeType: 'application/json' }), () => undefined);
const inside = (text: string): string => /^```json\n([^]*)\n```$/.exec(text)![1]!;

const cleaned = (value: unknown): unknown => {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [cleanText(key), cleaned(part)]));
};

describe('readJson', () => {
  it('lays values out, small ones on one line, and leaves numbers as they are written', async () => {
    const { text } = await read(
      '\ufeff{"id":12345678901234567890,"rate":1.10,"tiny":1e-7,"tags":["a","b"],"none":{},"empty":[],' +
        '"long":["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"]}',
    );
    expect(inside(text).split('\n')).toEqual([
      '{',
      '  "id": 12345678901234567890,',
      '  "rate": 1.10,',
      '  "tiny": 1e-7,',
      '  "tags": ["a", "b"],',
      '  "none": {},',
      '  "empty": [],',
      '  "long": [',
      '    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",',
      '    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"',
      '  ]',
      '}',
    ]);
  });

  it('shows escaped letters as letters and keeps control characters escaped', async () => {
    const { text } = await read(String.raw`["\ud55c\uae00 caf\u00e9 \"q\" \n\u0000 \/ \ud800"]`);
    expect(inside(text)).toBe(String.raw`["한글 café \"q\" \n / ${'\ufffd'}"]`);
  });

  it('makes the keys of large objects headings', async () => {
    const people = Array.from({ length: 3 }, (_, index) => ({
      name: `n${index}`,
      about: 'word '.repeat(100),
    }));
    const { text, headings } = await read(JSON.stringify({ version: 1, people, small: { a: 1 } }));
    expect(headings.map(({ level, title }) => [level, title])).toEqual([
      [1, 'people'],
      [2, '[0]'],
      [2, '[1]'],
      [2, '[2]'],
    ]);
    expect(text.slice(headings[0]!.start).startsWith('  "people": [')).toBe(true);
    expect(text.slice(headings[2]!.start)).toMatch(/^ {4}\{\n {6}"name": "n1"/);
  });

  it('reads JSON Lines, in CP949 too', async () => {
    expect(inside((await read('{"a":1}\r\n\r\n{"a":[2,3]}\n"x"\n')).text)).toBe(
      '{ "a": 1 }\n{ "a": [2, 3] }\n"x"',
    );
    const cp949 = Buffer.concat([
      Buffer.from('{"a":"'),
      Buffer.from('b0a1b0a2b0a3', 'hex'),
      Buffer.from('"}'),
    ]);
    expect(inside((await read(cp949)).text)).toBe('{ "a": "가각간" }');
  });

  it.each([
    '{"a":1',
    '{a:1}',
    '[1,]',
    '{"a" 1}',
    '01',
    '[1 2]',
    '// comment\n{}',
    '"open',
    '1 2',
    ']',
    'nul',
    '[}',
  ])('reads %j, which is not JSON, as text', async (source) => {
    expect((await read(source)).text).toBe(source);
  });

  it('says the same as the source, for any value, in clean text with exact headings', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.json({ maxDepth: 5, stringUnit: 'grapheme' }),
        fc.nat(300),
        async (json, length) => {
          const source = `{"k": ${json}, "long": ["${'x'.repeat(length)}", ${json}]}`;
          const { text, headings } = await read(source);
          expect(JSON.parse(inside(text))).toEqual(cleaned(JSON.parse(source)));
          expect(cleanText(text)).toBe(text);
          for (const { start, title } of headings) {
            const line = text.slice(start, text.indexOf('\n', start)).trim();
            expect(title.startsWith('[') ? /^[{[]$/.test(line) : line.startsWith(JSON.stringify(title))).toBe(
              true,
            );
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ['nesting', '['.repeat(1_000_000)],
    ['a long string', `"${'\\n'.repeat(1_000_000)}"`],
    ['many small values', `[${'[],'.repeat(500_000)}0]`],
    ['a long number', `[${'1'.repeat(2_000_000)}]`],
    ['many lines', '{}\n'.repeat(300_000)],
  ])('gets to the end of %s', async (_, source) => {
    expect((await read(source)).text).not.toBe('');
  });
});
