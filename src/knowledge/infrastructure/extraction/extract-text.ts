import type { ExtractedText } from '../../domain/chunk.js';
import type { DocumentType } from '../../domain/detect-type.js';
import { markdownHeadings } from '../../domain/headings.js';
import { cleanText } from './clean-text.js';
import { decodeText } from './decode-text.js';
import { FileFault, type ExtractionRequest } from './extraction-protocol.js';
import { composePdfText } from './pdf-layout.js';
import { readPdf } from './read-pdf.js';

type Limits = Pick<ExtractionRequest, 'maxPages' | 'maxTextChars'>;
type Reader = (
  bytes: Buffer,
  limits: Limits,
  onProgress: (percent: number) => void,
) => Promise<ExtractedText>;

const plain: Reader = async (bytes) => ({
  text: cleanText(decodeText(bytes)),
  pages: [],
  headings: [],
  title: null,
});

const markdown: Reader = async (bytes) => {
  const text = cleanText(decodeText(bytes));
  const headings = markdownHeadings(text);
  return { text, pages: [], headings, title: headings.find(({ level }) => level === 1)?.title ?? null };
};

const pdf: Reader = async (bytes, limits, onProgress) =>
  composePdfText(await readPdf(bytes, limits, onProgress));

/** One reader per format: a new format is a line here and one in `detect-type.ts`. */
const readers: Record<DocumentType, Reader> = {
  'application/pdf': pdf,
  'text/markdown': markdown,
  'text/plain': plain,
};

/** Reads a file's text. Runs in the child process; throws `FileFault` for reasons that lie in the file. */
export const extractText = async (
  request: ExtractionRequest,
  bytes: Buffer,
  onProgress: (percent: number) => void,
): Promise<ExtractedText> => {
  const reader = (readers as Partial<Record<string, Reader>>)[request.mimeType];
  if (!reader) throw new Error(`no reader for ${request.mimeType}`);
  const extracted = await reader(bytes, request, onProgress);
  if (extracted.text.length > request.maxTextChars) throw new FileFault('text-too-long');
  if (!/[\p{L}\p{N}]/u.test(extracted.text)) throw new FileFault('no-text-found');
  return extracted;
};
