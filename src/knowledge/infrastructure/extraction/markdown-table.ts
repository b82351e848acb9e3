import { oneLine } from './text-builder.js';

const cellOf = (raw: string): string => oneLine(raw).replace(/\|/g, '\\|');

const rowOf = (cells: string[], columns: number): string =>
  `| ${Array.from({ length: columns }, (_, column) => cells[column] ?? '').join(' | ')} |`;

/**
 * A Markdown table whose header is the first row: the chunker repeats it where the table is cut. Empty rows and empty
 * columns at the right are left out; line ends in cells become spaces.
 */
export const markdownTable = (rows: string[][]): string => {
  const filled = rows
    .map((row) => row.map(cellOf))
    .map((row) => row.slice(0, row.findLastIndex((cell) => cell !== '') + 1))
    .filter((row) => row.length > 0);
  const [header, ...body] = filled;
  if (!header) return '';
  const columns = filled.reduce((most, { length }) => Math.max(most, length), 0);
  const delimiter = `|${' --- |'.repeat(columns)}`;
  return [rowOf(header, columns), delimiter, ...body.map((row) => rowOf(row, columns))].join('\n');
};
