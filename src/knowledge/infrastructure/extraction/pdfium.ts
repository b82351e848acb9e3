import { PDFiumModule } from '@hyzyla/pdfium';

/** The functions as the module exports them: those of the package check each call, and some are called for each character. */
export interface PdfiumExports {
  malloc(size: number): number;
  free(pointer: number): void;
  FPDFText_GetUnicode(textPage: number, index: number): number;
  /** 1 for what PDFium itself put in: line ends, spaces between far letters. */
  FPDFText_IsGenerated(textPage: number, index: number): number;
  FPDFText_GetFontSize(textPage: number, index: number): number;
  /** Six floats: a, b, c, d, e, f. */
  FPDFText_GetMatrix(textPage: number, index: number, matrix: number): number;
  /** Four floats: left, top, right, bottom. */
  FPDFText_GetLooseCharBox(textPage: number, index: number, rectangle: number): number;
}

/**
 * PDFium's own C functions, of which the package's classes wrap too few (no positions, no sizes, no metadata).
 * https://pdfium.googlesource.com/pdfium/+/refs/heads/main/public/fpdf_text.h
 */
export interface Pdfium {
  HEAPU8: Uint8Array;
  wasmExports: PdfiumExports;
  _FPDF_InitLibraryWithConfig(config: object): void;
  /** @returns 0 on failure; the reason is in `_FPDF_GetLastError` */
  _FPDF_LoadMemDocument(pointer: number, size: number, password: number): number;
  _FPDF_GetLastError(): number;
  _FPDF_GetPageCount(document: number): number;
  /** UTF-16LE with a terminating NUL. @returns the bytes that it needs */
  _FPDF_GetMetaText(document: number, tag: number, buffer: number, bytes: number): number;
  _FPDF_LoadPage(document: number, index: number): number;
  _FPDF_ClosePage(page: number): void;
  /** In points, as the page is shown: after its own rotation. */
  _FPDF_GetPageWidthF(page: number): number;
  _FPDF_GetPageHeightF(page: number): number;
  _FPDFPage_CountObjects(page: number): number;
  /** @param buffer 0: PDFium's own memory @returns 0 on failure */
  _FPDFBitmap_CreateEx(width: number, height: number, format: number, buffer: number, stride: number): number;
  _FPDFBitmap_FillRect(
    bitmap: number,
    left: number,
    top: number,
    width: number,
    height: number,
    argb: number,
  ): number;
  /** @returns where the first row starts, the uppermost; rows are `_FPDFBitmap_GetStride` bytes apart */
  _FPDFBitmap_GetBuffer(bitmap: number): number;
  _FPDFBitmap_GetStride(bitmap: number): number;
  _FPDFBitmap_Destroy(bitmap: number): void;
  _FPDF_RenderPageBitmap(
    bitmap: number,
    page: number,
    left: number,
    top: number,
    width: number,
    height: number,
    quarterTurns: number,
    flags: number,
  ): void;
  _FPDFText_LoadPage(page: number): number;
  _FPDFText_ClosePage(textPage: number): void;
  _FPDFText_CountChars(textPage: number): number;
}

export const pdfiumBitmaps = { grey: 1 } as const;

export const pdfiumErrors = { password: 4, security: 5 } as const;

export const loadPdfium = async (): Promise<Pdfium> => {
  const pdfium = (await PDFiumModule({})) as unknown as Pdfium;
  pdfium._FPDF_InitLibraryWithConfig({ version: 2 });
  return pdfium;
};
