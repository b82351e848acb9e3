import type { ExtractedText } from '../../domain/chunk.js';
import type { ProgressCounts } from '../../domain/progress-counts.js';

/** What the child is told; the file's bytes follow on its standard input. */
export interface ExtractionRequest {
  mimeType: string;
  /** Its ending tells the language of source code. Not a path. */
  filename: string;
  /** Of what follows on standard input. */
  sizeBytes: number;
  maxTextChars: number;
  /** Pages, slides or sheets. */
  maxPages: number;
  /** Filled cells of a spreadsheet. */
  maxCells: number;
  maxArchiveEntries: number;
  /** Unpacked, of what is read of an archive. */
  maxArchiveBytes: number;
  maxCompressionRatio: number;
  /** Tesseract's names; empty: pages without text stay without. */
  ocrLanguages: string[];
  /** Pages whose text is recognised. */
  ocrMaxPages: number;
  /** The child ends itself beyond it, WASM memory included. */
  maxRssBytes: number;
}

export type ExtractionFault =
  | 'document-encrypted'
  | 'document-damaged'
  | 'type-mismatch'
  | 'no-text-found'
  | 'text-too-long'
  | 'too-many-pages'
  | 'too-many-scanned-pages'
  | 'too-many-cells'
  | 'too-many-entries'
  | 'archive-too-large'
  | 'compression-ratio-too-high'
  | 'extraction-out-of-memory';

export type ExtractionMessage =
  | { type: 'progress'; counts: ProgressCounts }
  /** From now on it recognises pages, for which it has another time limit. */
  | { type: 'recognising' }
  | { type: 'done'; extracted: ExtractedText }
  | { type: 'fault'; fault: ExtractionFault }
  | { type: 'defect'; message: string };

/** How a child says that it ended itself for its memory: the thread that watches has no other way to tell. */
export const outOfMemorySignal = 'SIGUSR2';

/** Thrown inside the child for a reason that lies in the file. */
export class FileFault extends Error {
  constructor(readonly fault: ExtractionFault) {
    super(fault);
  }
}
