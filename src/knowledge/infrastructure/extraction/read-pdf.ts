import type { ProgressCounts } from '../../domain/progress-counts.js';
import { cleanText } from './clean-text.js';
import { FileFault } from './extraction-protocol.js';
import { PageRecogniser } from './page-recogniser.js';
import type { PdfDocument } from './pdf-layout.js';
import type { PdfLine } from './pdf-lines.js';
import { arrangePage, type PdfFragment } from './pdf-page.js';
import { recognisedRows, type RecognisedPage } from './recognised-lines.js';
import { renderPage, type PagePicture } from './render-page.js';
import { statedTitle } from './stated-title.js';
import { loadPdfium, pdfiumErrors, type Pdfium } from './pdfium.js';

export interface PdfRequest {
  maxPages: number;
  maxTextChars: number;
  /** Empty: pages without text stay without. */
  ocrLanguages: string[];
  ocrMaxPages: number;
}

export interface PdfHooks {
  onProgress(counts: ProgressCounts): void;
  /** Called once, before the first page is recognised. */
  onRecognition?(): void;
}

const scratchBytes = 2_048;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
/** A gap as wide as the letters are high parts columns and cells; justified text has narrower ones. */
const wideGap = 1;
/** PDFium's own mark for a hyphen at a line end, whose two halves it has put together. */
const joinedHyphen = 2;

/** 0 when there is nothing else. */
const spacesAtEnd = (codes: number[]): number => {
  const last = codes.findLastIndex((code) => code !== space);
  return last === -1 ? 0 : codes.length - 1 - last;
};

const letter = /[\p{L}\p{N}]/u;

interface PageText {
  lines: PdfLine[];
  /** Something is on it, and no text. */
  isPicture: boolean;
}

class PdfReader {
  private readonly scratch: number;

  constructor(
    private readonly pdfium: Pdfium,
    private readonly document: number,
  ) {
    this.scratch = pdfium.wasmExports.malloc(scratchBytes);
  }

  title(): string | null {
    const tag = this.pdfium.wasmExports.malloc(6);
    this.pdfium.HEAPU8.set(Buffer.from('Title\0'), tag);
    const bytes = this.pdfium._FPDF_GetMetaText(this.document, tag, this.scratch, scratchBytes);
    this.pdfium.wasmExports.free(tag);
    if (bytes <= 2 || bytes > scratchBytes) return null;
    const raw = Buffer.from(this.pdfium.HEAPU8.slice(this.scratch, this.scratch + bytes - 2)).toString(
      'utf16le',
    );
    return statedTitle(raw);
  }

  /** Undefined when the page is damaged. */
  page(index: number): PageText | undefined {
    const page = this.pdfium._FPDF_LoadPage(this.document, index);
    if (page === 0) return undefined;
    const textPage = this.pdfium._FPDFText_LoadPage(page);
    try {
      if (textPage === 0) return undefined;
      const lines = arrangePage(this.lines(textPage, index + 1));
      const isPicture = !lines.some(({ text }) => letter.test(text));
      return { lines, isPicture: isPicture && this.pdfium._FPDFPage_CountObjects(page) > 0 };
    } finally {
      if (textPage !== 0) this.pdfium._FPDFText_ClosePage(textPage);
      this.pdfium._FPDF_ClosePage(page);
    }
  }

  /** Undefined when there is nothing to see. */
  picture(index: number): PagePicture | undefined {
    const page = this.pdfium._FPDF_LoadPage(this.document, index);
    if (page === 0) return undefined;
    try {
      return renderPage(this.pdfium, page);
    } finally {
      this.pdfium._FPDF_ClosePage(page);
    }
  }

  /** Each line in fragments, where wide gaps part it. */
  private lines(textPage: number, page: number): PdfFragment[][] {
    const rows: PdfFragment[][] = [];
    const count = this.pdfium._FPDFText_CountChars(textPage);
    for (let start = 0; start < count;) {
      const row: PdfFragment[] = [];
      let codes: number[] = [];
      let from = start;
      let at = start;
      const end = (last: number): void => {
        const fragment = codes.length > 0 ? this.line(textPage, page, codes, [from, last]) : undefined;
        if (fragment) row.push(fragment);
        codes = [];
        from = at;
      };
      for (; at < count; at++) {
        const code = this.pdfium._FPDFText_GetUnicode(textPage, at);
        if (code === lineFeed || code === carriageReturn) break;
        const spaces = code === space ? 0 : spacesAtEnd(codes);
        if (spaces > 0 && this.isFar(textPage, at - 1 - spaces, at)) end(at - 1 - spaces);
        if (code !== joinedHyphen) codes.push(code);
      }
      end(at - 1);
      if (row.length > 0) rows.push(row);
      start = at + 1;
    }
    return rows;
  }

  private isFar(textPage: number, before: number, after: number): boolean {
    const { left, top, bottom } = this.box(textPage, after);
    return left - this.box(textPage, before).right > (top - bottom) * wideGap;
  }

  private line(textPage: number, page: number, codes: number[], span: [number, number]): PdfLine | undefined {
    const [first, last] = span;
    // UTF-16 units or code points, by the size of the platform's wchar_t: both read well this way
    const raw = codes
      .map((code) => (code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code)))
      .join('');
    const text = cleanText(raw.replace(/\u00ad(?=.)/gu, '')).replace(/\s+/g, ' ');
    if (text.trim() === '') return undefined;
    const box = this.box(textPage, first);
    return {
      text: text.trim(),
      page,
      size: this.size(textPage, first, last),
      left: box.left,
      right: this.box(textPage, last).right,
      top: box.top,
      endsInSpace: text.endsWith(' ') && this.pdfium._FPDFText_IsGenerated(textPage, last) === 0,
    };
  }

  private float(index: number): number {
    return new DataView(this.pdfium.HEAPU8.buffer).getFloat32(this.scratch + index * 4, true);
  }

  private box(textPage: number, index: number): { left: number; top: number; right: number; bottom: number } {
    this.pdfium._FPDFText_GetLooseCharBox(textPage, index, this.scratch);
    return { left: this.float(0), top: this.float(1), right: this.float(2), bottom: this.float(3) };
  }

  /** The median of three: bullets, footnote marks and initials have sizes of their own. */
  private size(textPage: number, first: number, last: number): number {
    const sizes = [0.25, 0.5, 0.75].map((share) => {
      const index = Math.round(first + (last - first) * share);
      this.pdfium._FPDFText_GetMatrix(textPage, index, this.scratch);
      return this.pdfium._FPDFText_GetFontSize(textPage, index) * Math.hypot(this.float(2), this.float(3));
    });
    return sizes.sort((a, b) => a - b)[1]!;
  }
}

const open = (pdfium: Pdfium, bytes: Uint8Array): number => {
  // PDFium reads from there until the process ends: never freed
  const pointer = pdfium.wasmExports.malloc(bytes.length);
  if (pointer === 0) throw new FileFault('extraction-out-of-memory');
  pdfium.HEAPU8.set(bytes, pointer);
  const document = pdfium._FPDF_LoadMemDocument(pointer, bytes.length, 0);
  if (document !== 0) return document;
  const reason = pdfium._FPDF_GetLastError();
  const encrypted = reason === pdfiumErrors.password || reason === pdfiumErrors.security;
  throw new FileFault(encrypted ? 'document-encrypted' : 'document-damaged');
};

/** Every page that is a picture, by its index, in the place of `pages` that it has. Throws a `FileFault` for too many. */
const recognise = async (
  reader: PdfReader,
  indexes: number[],
  request: PdfRequest,
  onPage: () => void,
): Promise<Map<number, PdfLine[]>> => {
  if (indexes.length > request.ocrMaxPages) throw new FileFault('too-many-scanned-pages');
  const recogniser = await PageRecogniser.load(request.ocrLanguages);
  const pages: RecognisedPage[] = [];
  for (const index of indexes) {
    const picture = reader.picture(index);
    if (picture) pages.push({ ...picture, number: index + 1, lines: recogniser.recognise(picture) });
    onPage();
  }
  return new Map([...recognisedRows(pages)].map(([number, rows]) => [number - 1, arrangePage(rows)]));
};

/**
 * The set lines of every page, and the recognised ones of those that are pictures. Throws `FileFault`s; a damaged page
 * among good ones is left out.
 */
export const readPdf = async (
  bytes: Uint8Array,
  request: PdfRequest,
  hooks: PdfHooks,
): Promise<PdfDocument> => {
  const pdfium = await loadPdfium();
  const document = open(pdfium, bytes);
  const pageCount = pdfium._FPDF_GetPageCount(document);
  if (pageCount <= 0) throw new FileFault('document-damaged');
  if (pageCount > request.maxPages) throw new FileFault('too-many-pages');
  const reader = new PdfReader(pdfium, document);
  const pages: PdfLine[][] = [];
  const pictures: number[] = [];
  let chars = 0;
  let damagedPages = 0;
  let done = 0;
  const onPage = (): void => hooks.onProgress({ done: ++done, total: pageCount, unit: 'pages' });
  for (let index = 0; index < pageCount; index++) {
    const page = reader.page(index);
    if (!page) damagedPages++;
    pages.push(page?.lines ?? []);
    for (const line of page?.lines ?? []) chars += line.text.length;
    if (chars > request.maxTextChars) throw new FileFault('text-too-long');
    if (page?.isPicture && request.ocrLanguages.length > 0) pictures.push(index);
    else onPage();
  }
  if (damagedPages === pageCount) throw new FileFault('document-damaged');
  if (pictures.length > 0) {
    hooks.onRecognition?.();
    const recognised = await recognise(reader, pictures, request, onPage);
    for (const [index, lines] of recognised) pages[index] = lines;
  }
  return { title: reader.title(), pageCount, lines: pages.flat() };
};
