import fc from 'fast-check';
import iconv from 'iconv-lite';
import { anExtractionRequest } from '../../../../test/builders/an-extraction-request.js';
import { delimitedRows } from './delimited-rows.js';
import { readCsv, readTsv } from './read-csv.js';

const read = async (content: string | Buffer, reader = readCsv, limits = {}): Promise<string> =>
  (await reader(Buffer.from(content), anExtractionRequest(limits), () => undefined)).text;
const table = '| 이름 | 값 |\n| --- | --- |\n| 연필 | 1,500 |\n| "공책" | a b \\| c |';

describe('readCsv', () => {
  it.each([
    ['commas', '이름,값\r\n연필,"1,500"\r\n"""공책""","a\nb | c"\r\n'],
    ['semicolons', '이름;값\n연필;1,500\n"""공책""";"a\nb | c"'],
    ['tabs', '이름\t값\n연필\t1,500\n"""공책"""\t"a\nb | c"\n'],
    ['what it says itself', 'sep=^\n이름^값\n연필^1,500\n"""공책"""^"a\nb | c"\n'],
    ['empty rows between', '이름,값\n\n,\n연필,"1,500"\n"""공책""","a\nb | c"\n\n\n'],
  ])('reads a table that is delimited by %s', async (_, content) => {
    expect(await read(content)).toBe(table);
  });

  it('reads CP949 and UTF-16', async () => {
    const content = '이름,값\n연필,"1,500"\n"""공책""","a\nb | c"\n';
    expect(await read(iconv.encode(content, 'cp949'))).toBe(table);
    expect(await read(Buffer.from(`\ufeff${content}`, 'utf16le'))).toBe(table);
  });

  it('takes what is not quite CSV for what it most likely is', async () => {
    expect(await read('a,b\n5" pipe,x"y\n"open,1\n2,3')).toBe(
      '| a | b |\n| --- | --- |\n| 5" pipe | x"y |\n| "open | 1 |\n| 2 | 3 |',
    );
    expect(await read('one column\nof prose, sometimes\nwith a comma')).toContain('of prose');
    expect(await read('a,b\n1,2,3\n')).toBe('| a | b |  |\n| --- | --- | --- |\n| 1 | 2 | 3 |');
  });

  it('has no more cells than it may', async () => {
    await expect(read('a,b\n1,2\n3,4\n', readCsv, { maxCells: 5 })).rejects.toMatchObject({
      fault: 'too-many-cells',
    });
  });

  it('leaves commas in TSV alone', async () => {
    expect(await read('a,a\tb\n1,5\t2,5\n', readTsv)).toBe('| a,a | b |\n| --- | --- |\n| 1,5 | 2,5 |');
  });
});

describe('delimitedRows', () => {
  it('reads back what was written', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', '한'), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 5 }), (rows) => {
        const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;
        const text = rows.map((fields) => `${fields.map(quoted).join(',')}\n`).join('');
        expect([...delimitedRows(text, ',')]).toEqual(rows);
      }),
    );
  });

  it('gets to the end of quotes that never close', () => {
    expect([...delimitedRows(`a,"b\n`.repeat(300_001), ',')].length).toBeGreaterThan(0);
  });
});
