import { deflateSync } from 'node:zlib';
import { loadPdfium } from '../../src/knowledge/infrastructure/extraction/pdfium.js';
import { renderPage } from '../../src/knowledge/infrastructure/extraction/render-page.js';
import { catalogue, helvetica, rawPdf, shown, stream } from '../hostile/raw-pdf.js';
import { aPdf, type PdfFixture } from './pdf-fixture.js';

/** What a scanner makes of a page: 8 bits of grey a pixel, from the upper left corner. */
export interface Scan {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/** Pages as a scanner sees them that lays 300 dots on an inch. */
export const scansOf = async (pages: PdfFixture['pages']): Promise<Scan[]> => {
  const pdfium = await loadPdfium();
  const bytes = aPdf({ pages });
  const pointer = pdfium.wasmExports.malloc(bytes.length);
  pdfium.HEAPU8.set(bytes, pointer);
  const document = pdfium._FPDF_LoadMemDocument(pointer, bytes.length, 0);
  return pages.map((_, index) => {
    const page = pdfium._FPDF_LoadPage(document, index);
    const { pgm, width, height } = renderPage(pdfium, page)!;
    pdfium._FPDF_ClosePage(page);
    return { width, height, pixels: pgm.slice(-width * height) };
  });
};

/** Coarse noise, as of a photograph: nothing in it is a letter. */
export const aPhotograph = (width: number, height: number): Scan => {
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      pixels[y * width + x] =
        128 + 60 * Math.sin(x / 37 + Math.sin(y / 53) * 3) + 60 * Math.sin(y / 29 + x / 211);
  return { width, height, pixels };
};

const a4 = '[0 0 595 842]';

/**
 * A PDF of pages that are pictures and nothing else; a string is a page of text, null an empty one.
 * @param box of every page, in points
 */
export const aScannedPdf = (pages: (Scan | string | null)[], { box = a4 } = {}): Buffer => {
  const [, , width, height] = box.slice(1, -1).split(' ');
  const objects = pages.flatMap((page, at) => {
    const [content, picture] = [5 + at * 3, 6 + at * 3];
    const drawn = typeof page === 'string' ? shown(page) : page ? `${width} 0 0 ${height} 0 0 cm /I Do` : '';
    const scan = page && typeof page !== 'string' ? page : { width: 1, height: 1, pixels: new Uint8Array(1) };
    return [
      `<< /Type /Page /Parent 2 0 R /MediaBox ${box} /Contents ${content} 0 R /Resources << /Font << /F1 3 0 R >> /XObject << /I ${picture} 0 R >> >> >>`,
      stream(drawn),
      stream(
        deflateSync(scan.pixels),
        `/Type /XObject /Subtype /Image /Width ${scan.width} /Height ${scan.height} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode`,
      ),
    ];
  });
  const kids = pages.map((_, at) => `${4 + at * 3} 0 R`).join(' ');
  return rawPdf([
    catalogue(),
    `<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`,
    helvetica,
    ...objects,
  ]);
};
