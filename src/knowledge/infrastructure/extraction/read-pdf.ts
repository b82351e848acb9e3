import type { ProgressCounts } from '../../domain/progress-counts.js';
import { cleanText } from './clean-text.js';
import { composeAccents } from './compose-accents.js';
import { FileFault } from './extraction-protocol.js';
import { PageRecogniser } from './page-recogniser.js';
import type { PdfDocument } from './pdf-layout.js';
import type { PdfLine } from './pdf-lines.js';
import { arrangePage, type PdfFragment } from './pdf-page.js';
import { recognisedRows, type RecognisedPage } from './recognised-lines.js';
import { renderPage, type PagePicture } from './render-page.js';
import { statedTitle } from './stated-title.js';
import { loadPdfium, pdfiumErrors, type Pdfium, type PdfiumExports } from './pdfium.js';

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

/** A stretch of characters of one line, as they come. Most of a page's time goes here: nothing is made a character. */
class Stretch {
  raw = '';
  private trailing = 0;
  private hasInk = false;

  constructor(readonly first: number) {}

  /** 0 when there is nothing else. */
  get spacesAtEnd(): number {
    return this.hasInk ? this.trailing : 0;
  }

  /** UTF-16 units or code points, by the size of the platform's wchar_t: both read well this way. */
  push(code: number): void {
    this.raw += code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code);
    if (code === space) this.trailing++;
    else {
      this.trailing = 0;
      this.hasInk = true;
    }
  }

  get text(): string {
    const joined = this.raw.includes('\u00ad') ? this.raw.replace(/\u00ad(?=.)/gu, '') : this.raw;
    return cleanText(composeAccents(joined)).replace(/ \s+|[^\S ]\s*/g, ' ');
  }
}

const letter = /[\p{L}\p{N}]/u;

interface PageText {
  lines: PdfLine[];
  /** Something is on it, and no text. */
  isPicture: boolean;
}

class PdfReader {
  private readonly functions: PdfiumExports;
  private readonly scratch: number;
  private floats: Float32Array = new Float32Array();

  constructor(
    private readonly pdfium: Pdfium,
    private readonly document: number,
  ) {
    this.functions = pdfium.wasmExports;
    this.scratch = this.functions.malloc(scratchBytes);
  }

  title(): string | null {
    const tag = this.functions.malloc(6);
    this.pdfium.HEAPU8.set(Buffer.from('Title\0'), tag);
    const bytes = this.pdfium._FPDF_GetMetaText(this.document, tag, this.scratch, scratchBytes);
    this.functions.free(tag);
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
    for (let at = 0; at < count; at++) {
      const row: PdfFragment[] = [];
      let stretch = new Stretch(at);
      const end = (last: number): void => {
        const fragment = stretch.raw === '' ? undefined : this.line(textPage, page, stretch, last);
        if (fragment) row.push(fragment);
        stretch = new Stretch(at);
      };
      for (; at < count; at++) {
        const code = this.functions.FPDFText_GetUnicode(textPage, at);
        if (code === lineFeed || code === carriageReturn) break;
        const spaces = code === space ? 0 : stretch.spacesAtEnd;
        if (spaces > 0 && this.isFar(textPage, at - 1 - spaces, at)) end(at - 1 - spaces);
        if (code !== joinedHyphen) stretch.push(code);
      }
      end(at - 1);
      if (row.length > 0) rows.push(row);
    }
    return rows;
  }

  private isFar(textPage: number, before: number, after: number): boolean {
    this.readBox(textPage, before);
    const right = this.float(2);
    this.readBox(textPage, after);
    return this.float(0) - right > (this.float(1) - this.float(3)) * wideGap;
  }

  private line(textPage: number, page: number, stretch: Stretch, last: number): PdfLine | undefined {
    const { first, text } = stretch;
    const trimmed = text.trim();
    if (trimmed === '') return undefined;
    this.readBox(textPage, first);
    const [left, top] = [this.float(0), this.float(1)];
    this.readBox(textPage, last);
    const right = this.float(2);
    return {
      text: trimmed,
      page,
      size: this.size(textPage, first, last),
      left,
      right,
      top,
      endsInSpace: text.endsWith(' ') && this.functions.FPDFText_IsGenerated(textPage, last) === 0,
    };
  }

  /** Of what was read last; WASM's memory is another buffer once it has grown. */
  private float(index: number): number {
    const { buffer } = this.pdfium.HEAPU8;
    if (this.floats.buffer !== buffer) this.floats = new Float32Array(buffer);
    return this.floats[this.scratch / 4 + index]!;
  }

  /** Left, top, right, bottom. */
  private readBox(textPage: number, index: number): void {
    this.functions.FPDFText_GetLooseCharBox(textPage, index, this.scratch);
  }

  private sizeAt(textPage: number, index: number): number {
    this.functions.FPDFText_GetMatrix(textPage, index, this.scratch);
    return this.functions.FPDFText_GetFontSize(textPage, index) * Math.hypot(this.float(2), this.float(3));
  }

  /** The median of three: bullets, footnote marks and initials have sizes of their own. */
  private size(textPage: number, first: number, last: number): number {
    const at = (share: number): number => this.sizeAt(textPage, Math.round(first + (last - first) * share));
    const [early, late] = [at(0.25), at(0.75)];
    return early === late ? early : [early, at(0.5), late].sort((a, b) => a - b)[1]!;
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
