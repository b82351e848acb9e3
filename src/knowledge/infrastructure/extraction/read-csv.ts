import { cleanText } from './clean-text.js';
import { decodeText } from './decode-text.js';
import { delimitedRows, guessDelimiter } from './delimited-rows.js';
import { OfficeText } from './office/office-text.js';
import { CellBudget, SheetWriter } from './office/sheet-writer.js';
import type { Reader } from './reader.js';

/** `sep=;`, with which Excel's users tell it. */
const stated = /^sep=(.)\n/;

const reader =
  (delimiterOf: (text: string) => string): Reader =>
  async (bytes, request) => {
    const whole = cleanText(decodeText(bytes));
    const named = stated.exec(whole);
    const text = named ? whole.slice(named[0].length) : whole;
    const output = new OfficeText(request.maxTextChars);
    const writer = new SheetWriter(output, new CellBudget(request.maxCells));
    let index = 0;
    for (const row of delimitedRows(text, named?.[1] ?? delimiterOf(text))) {
      const cells = row.map((field, column) => ({ column, text: field, isValue: false }));
      // rows without text end no table here
      if (row.some((field) => field.trim() !== '')) writer.row(index++, cells);
    }
    writer.end();
    return output.build(null);
  };

/** Delimited text as a Markdown table, its first row the header. */
export const readCsv = reader(guessDelimiter);
export const readTsv = reader(() => '\t');
