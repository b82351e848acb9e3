import { composePdfText } from './pdf-layout.js';
import { readPdf } from './read-pdf.js';
import type { Reader } from './reader.js';

export const readPdfText: Reader = async (bytes, request, onProgress, onRecognition) =>
  composePdfText(await readPdf(bytes, request, { onProgress, onRecognition }));
