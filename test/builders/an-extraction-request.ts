import type { ExtractionRequest } from '../../src/knowledge/infrastructure/extraction/extraction-protocol.js';
import { ExtractionConfig } from '../../src/platform/config/extraction.config.js';

const mebibyte = 1024 * 1024;

/** With the default limits. */
export const anExtractionRequest = (changes: Partial<ExtractionRequest> = {}): ExtractionRequest => {
  const { maxMemoryMb, maxArchiveMb, ...limits } = new ExtractionConfig();
  return {
    mimeType: 'text/plain',
    filename: 'file',
    sizeBytes: 0,
    ...limits,
    maxArchiveBytes: maxArchiveMb * mebibyte,
    maxRssBytes: maxMemoryMb * mebibyte,
    ...changes,
  };
};
