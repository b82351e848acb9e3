import type { ExtractedText } from '../../domain/chunk.js';
import type { ProgressCounts } from '../../domain/progress-counts.js';
import type { ExtractionRequest } from './extraction-protocol.js';

/** Reads the bytes of one format. Throws `FileFault` for reasons that lie in the file. */
export type Reader = (
  bytes: Buffer,
  request: ExtractionRequest,
  onProgress: (counts: ProgressCounts) => void,
  /** Called once, before the first page is recognised. */
  onRecognition?: () => void,
) => Promise<ExtractedText>;
