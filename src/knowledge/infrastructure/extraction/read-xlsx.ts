import { findMergedCells } from './office/merged-cells.js';
import { OfficePackage } from './office/package.js';
import { OfficeText } from './office/office-text.js';
import { CellBudget, SheetWriter } from './office/sheet-writer.js';
import { readWorkbook } from './office/workbook.js';
import { XlsxSheet } from './office/xlsx-sheet.js';
import { readXml } from './office/xml.js';
import type { Reader } from './reader.js';

/**
 * Excel workbooks: a sheet is a page and its name a heading, what stands in it Markdown tables, values as their format
 * shows them. What is hidden, sheets, rows and columns, is left out.
 */
export const readXlsx: Reader = async (bytes, request, onProgress) => {
  const file = await OfficePackage.open(bytes, request, 'xl');
  const workbook = await readWorkbook(file, request);
  const output = new OfficeText(request.maxTextChars);
  const budget = new CellBudget(request.maxCells);
  const shown = [...workbook.sheets.entries()].filter(([, { isHidden }]) => !isHidden);
  for (const [done, [index, { name, part }]] of shown.entries()) {
    output.page(index + 1);
    output.heading(1, name);
    const merged = await findMergedCells(file.archive.read(part));
    const writer = new SheetWriter(output, budget);
    await readXml(file.archive.read(part), new XlsxSheet(workbook, writer, merged, request.maxTextChars));
    onProgress({ done: done + 1, total: shown.length, unit: 'sheets' });
  }
  return output.buildSheets(await file.title());
};
