import type { ExtractedText } from '../../domain/chunk.js';
import type { ProgressCounts } from '../../domain/progress-counts.js';
import { FileFault, type ExtractionRequest } from './extraction-protocol.js';
import type { ReadableType } from './readable-types.js';
import type { Reader } from './reader.js';

/** A new format is a line here, one in `readable-types.ts`, and its own `read-<format>.ts`, loaded when needed. */
const readers: Record<ReadableType, () => Promise<Reader>> = {
  'application/pdf': async () => (await import('./read-pdf-text.js')).readPdfText,
  'application/epub+zip': async () => (await import('./read-epub.js')).readEpub,
  'application/hwp+zip': async () => (await import('./read-hwp.js')).readHwpx,
  'application/json': async () => (await import('./read-json.js')).readJson,
  'application/msword': async () => (await import('./read-doc.js')).readDoc,
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': async () =>
    (await import('./read-docx.js')).readDocx,
  'application/vnd.oasis.opendocument.text': async () => (await import('./read-odf.js')).readOdt,
  'application/vnd.oasis.opendocument.presentation': async () => (await import('./read-odf.js')).readOdp,
  'application/vnd.oasis.opendocument.spreadsheet': async () => (await import('./read-odf.js')).readOds,
  'application/x-hwp': async () => (await import('./read-hwp.js')).readHwp,
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': async () =>
    (await import('./read-pptx.js')).readPptx,
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': async () =>
    (await import('./read-xlsx.js')).readXlsx,
  'text/csv': async () => (await import('./read-csv.js')).readCsv,
  'text/tab-separated-values': async () => (await import('./read-csv.js')).readTsv,
  'application/rtf': async () => (await import('./read-rtf.js')).readRtf,
  'text/html': async () => (await import('./read-html.js')).readHtml,
  'text/markdown': async () => (await import('./read-markdown.js')).readMarkdown,
  'text/plain': async () => (await import('./read-plain-text.js')).readPlainText,
  'text/x-source-code': async () => (await import('./read-source-code.js')).readSourceCode,
};

/** Reads a file's text. Runs in the child process; throws `FileFault` for reasons that lie in the file. */
export const extractText = async (
  request: ExtractionRequest,
  bytes: Buffer,
  onProgress: (counts: ProgressCounts) => void,
  onRecognition: () => void,
): Promise<ExtractedText> => {
  const load = (readers as Partial<Record<string, () => Promise<Reader>>>)[request.mimeType];
  if (!load) throw new Error(`no reader for ${request.mimeType}`);
  const reader = await load();
  const extracted = await reader(bytes, request, onProgress, onRecognition);
  if (extracted.text.length > request.maxTextChars) throw new FileFault('text-too-long');
  if (!/[\p{L}\p{N}]/u.test(extracted.text)) throw new FileFault('no-text-found');
  return extracted;
};
