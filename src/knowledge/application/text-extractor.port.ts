import type { Readable } from 'node:stream';
import type { ExtractedText } from '../domain/chunk.js';
import type { ProgressCounts } from '../domain/progress-counts.js';

export interface ExtractionSource {
  /** Detected type, e.g. `application/pdf`. */
  mimeType: string;
  filename: string;
  sizeBytes: number;
  open(): Promise<Readable>;
}

/**
 * Reads the text out of a file in a child process that is killed past its time or memory.
 * Errors: `knowledge.document-encrypted`, `knowledge.document-damaged`, `knowledge.no-text-found` (kind
 * `unprocessable`), `knowledge.extraction-too-slow`, `knowledge.extraction-out-of-memory`,
 * `knowledge.text-too-long`, `knowledge.too-many-pages`, `knowledge.too-many-scanned-pages`, `knowledge.too-many-cells`, `knowledge.too-many-entries`,
 * `knowledge.archive-too-large`, `knowledge.compression-ratio-too-high` (kind `too-large`), `knowledge.type-mismatch` where only the
 * whole file shows what it is (kind `unsupported`); none of them is retryable. A child
 * that dies for no reason of the file's is `knowledge.extractor-died` (kind `unavailable`, retryable).
 */
export abstract class TextExtractor {
  /** `onProgress` hears of pages, slides or sheets, rising, where the format has them; at the end of all of them. */
  abstract extract(
    source: ExtractionSource,
    hooks: { onProgress(counts: ProgressCounts): void; signal: AbortSignal },
  ): Promise<ExtractedText>;
}
