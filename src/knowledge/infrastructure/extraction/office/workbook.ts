import { FileFault, type ExtractionRequest } from '../extraction-protocol.js';
import { CellFormats } from './cell-format.js';
import type { OfficePackage } from './package.js';
import { attribute, isOn, prefixedAttribute, readXml } from './xml.js';

export interface SheetPart {
  name: string;
  part: string;
  isHidden: boolean;
}

export interface Workbook {
  /** In order, hidden ones included. */
  sheets: SheetPart[];
  formats: CellFormats;
  /** Texts that cells name by number. */
  strings: string[];
}

const readSheets = async (file: OfficePackage): Promise<{ sheets: SheetPart[]; isMacintosh: boolean }> => {
  const relations = await file.relations(file.main);
  const sheets: SheetPart[] = [];
  let isMacintosh = false;
  await readXml(file.archive.read(file.main), {
    open(name, attributes) {
      if (name === 'workbookPr') isMacintosh = isOn(attribute(attributes, 'date1904') ?? '0');
      if (name !== 'sheet') return;
      const relation = relations.get(prefixedAttribute(attributes, 'id') ?? '');
      if (relation?.kind !== 'worksheet') return;
      const state = attributes['state'];
      const isHidden = state === 'hidden' || state === 'veryHidden';
      sheets.push({ name: attributes['name'] ?? '', part: relation.target, isHidden });
    },
  });
  return { sheets, isMacintosh };
};

const readFormats = async (file: OfficePackage, isMacintosh: boolean): Promise<CellFormats> => {
  const custom = new Map<number, string>();
  const formatIds: number[] = [];
  let isCellStyles = false;
  const part = await file.related('styles');
  if (part !== undefined) {
    await readXml(file.archive.read(part), {
      open(name, attributes) {
        if (name === 'numFmt') custom.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '');
        else if (name === 'cellXfs') isCellStyles = true;
        else if (name === 'xf' && isCellStyles) formatIds.push(Number(attributes['numFmtId'] ?? 0));
      },
      close(name) {
        if (name === 'cellXfs') isCellStyles = false;
      },
    });
  }
  return new CellFormats(formatIds, custom, isMacintosh);
};

/** Each is shown somewhere: more of them than a text may have is more text than that, too. */
const readStrings = async (file: OfficePackage, maxTextChars: number): Promise<string[]> => {
  const strings: string[] = [];
  const part = await file.related('sharedStrings');
  if (part === undefined) return strings;
  let text: string[] = [];
  let isText = false;
  let isReading = false;
  let chars = 0;
  await readXml(file.archive.read(part), {
    open(name) {
      if (name === 'si') text = [];
      else if (name === 'rPh') isReading = true;
      isText = name === 't' && !isReading;
    },
    close(name) {
      if (name === 't') isText = false;
      else if (name === 'rPh') isReading = false;
      else if (name === 'si') strings.push(text.join(''));
    },
    text(part) {
      if (!isText) return;
      chars += part.length;
      if (chars > maxTextChars) throw new FileFault('text-too-long');
      text.push(part);
    },
  });
  return strings;
};

export const readWorkbook = async (file: OfficePackage, request: ExtractionRequest): Promise<Workbook> => {
  const { sheets, isMacintosh } = await readSheets(file);
  if (sheets.length > request.maxPages) throw new FileFault('too-many-pages');
  return {
    sheets,
    formats: await readFormats(file, isMacintosh),
    strings: await readStrings(file, request.maxTextChars),
  };
};
