import { pdfiumBitmaps, type Pdfium } from './pdfium.js';

/** A page as a picture, 8 bits of grey a pixel. */
export interface PagePicture {
  /** A whole PGM file (P5): what Tesseract reads without a library more. */
  pgm: Uint8Array;
  width: number;
  height: number;
  pixelsPerPoint: number;
}

const pointsPerInch = 72;
/** What Tesseract is trained for. More costs time and finds no more. */
const dotsPerInch = 300;
/** A4 at that resolution has 8.7 million. Some scanners say that a pixel is a point: a page of 3.5 by 5 m, reduced. */
const mostPixels = 12_000_000;
const longestSide = 12_000;
/** Narrower ones hold no line of text. */
const shortestSide = 16;
const white = 0xffffffff;

const pixelsPerPointOf = (width: number, height: number): number =>
  Math.min(
    dotsPerInch / pointsPerInch,
    Math.sqrt(mostPixels / (width * height)),
    longestSide / Math.max(width, height),
  );

/**
 * @param page of PDFium's; stays open
 * @returns undefined when there is nothing to see on it
 */
export const renderPage = (pdfium: Pdfium, page: number): PagePicture | undefined => {
  const [pageWidth, pageHeight] = [pdfium._FPDF_GetPageWidthF(page), pdfium._FPDF_GetPageHeightF(page)];
  const pixelsPerPoint = pixelsPerPointOf(pageWidth, pageHeight);
  const [width, height] = [Math.floor(pageWidth * pixelsPerPoint), Math.floor(pageHeight * pixelsPerPoint)];
  if (!(width >= shortestSide && height >= shortestSide)) return undefined;
  const bitmap = pdfium._FPDFBitmap_CreateEx(width, height, pdfiumBitmaps.grey, 0, 0);
  if (bitmap === 0) throw new Error('out of memory for the picture of a page');
  pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, white);
  pdfium._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, 0);
  const [start, stride] = [pdfium._FPDFBitmap_GetBuffer(bitmap), pdfium._FPDFBitmap_GetStride(bitmap)];
  const header = Buffer.from(`P5 ${width} ${height} 255\n`);
  const pgm = Buffer.alloc(header.length + width * height);
  header.copy(pgm);
  for (let row = 0; row < height; row++) {
    const from = start + row * stride;
    pgm.set(pdfium.HEAPU8.subarray(from, from + width), header.length + row * width);
  }
  pdfium._FPDFBitmap_Destroy(bitmap);
  return { pgm, width, height, pixelsPerPoint };
};
