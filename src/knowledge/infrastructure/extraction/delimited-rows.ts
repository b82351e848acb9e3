const candidates = [',', ';', '\t', '|'];
const sampleChars = 65_536;
const sampleRows = 50;

/** The rows of delimited text as RFC 4180 has them, leniently: a quote inside a field that began without one is text. */
export function* delimitedRows(text: string, delimiter: string): Generator<string[]> {
  let row: string[] = [];
  for (let at = 0; at < text.length;) {
    let field: string;
    [field, at] = text[at] === '"' ? quotedField(text, at, delimiter) : plainField(text, at, delimiter);
    row.push(field);
    if (text[at] === delimiter) {
      at++;
      if (at === text.length) row.push('');
      else continue;
    }
    yield row;
    row = [];
    at++;
  }
}

const plainField = (text: string, start: number, delimiter: string): [string, number] => {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n') end++;
  return [text.slice(start, end), end];
};

const quotedField = (text: string, start: number, delimiter: string): [string, number] => {
  const parts: string[] = [];
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return plainField(text, start, delimiter);
    parts.push(text.slice(from, quote));
    if (text[quote + 1] !== '"') {
      // what stands between the closing quote and the delimiter belongs to the field
      const [rest, end] = plainField(text, quote + 1, delimiter);
      return [parts.join('') + rest, end];
    }
    parts.push('"');
    from = quote + 2;
  }
};

/** The delimiter that cuts the first rows most evenly into the most fields; `,` when none does. */
export const guessDelimiter = (text: string): string => {
  const cut = text.lastIndexOf('\n', sampleChars);
  const sample = text.length > sampleChars && cut > 0 ? text.slice(0, cut) : text.slice(0, sampleChars);
  let best = { delimiter: ',', score: 0 };
  for (const delimiter of candidates) {
    const counts: number[] = [];
    for (const row of delimitedRows(sample, delimiter)) {
      if (counts.length >= sampleRows) break;
      if (row.some((field) => field.trim() !== '')) counts.push(row.length);
    }
    const usual = mostCommon(counts);
    const even = counts.filter((count) => count === usual).length / Math.max(counts.length, 1);
    const score = usual > 1 ? even * even * Math.log2(usual + 1) : 0;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
};

const mostCommon = (counts: number[]): number => {
  const times = new Map<number, number>();
  for (const count of counts) times.set(count, (times.get(count) ?? 0) + 1);
  return [...times].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0;
};
