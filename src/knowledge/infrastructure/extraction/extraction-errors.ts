import type { ExtractionConfig } from '../../../platform/config/extraction.config.js';
import { AppError, type ErrorKind } from '../../../shared/app-error.js';
import type { ExtractionFault } from './extraction-protocol.js';

const texts: Record<ExtractionFault, [ErrorKind, (config: ExtractionConfig) => string]> = {
  'document-encrypted': [
    'unprocessable',
    () => 'The file is protected by a password. Upload it without one.',
  ],
  'document-damaged': ['unprocessable', () => 'The file is damaged: it cannot be read.'],
  'type-mismatch': [
    'unsupported',
    () => 'The file is not what its name and type say. Give it the name and type of what it is.',
  ],
  'no-text-found': [
    'unprocessable',
    ({ ocrLanguages }) =>
      ocrLanguages.length > 0
        ? 'There is no text in the file, and none was recognised on pages that are pictures.'
        : 'There is no text in the file. Text on scanned pages is recognised only when the setting OCR_LANGUAGES names its languages, such as kor,eng.',
  ],
  'text-too-long': [
    'too-large',
    ({ maxTextChars }) => `The file holds more text than the ${maxTextChars} characters that are allowed.`,
  ],
  'too-many-pages': [
    'too-large',
    ({ maxPages }) => `The file has more pages, slides or sheets than the ${maxPages} that are allowed.`,
  ],
  'too-many-scanned-pages': [
    'too-large',
    ({ ocrMaxPages }) =>
      `The file has more pages whose text would have to be recognised than the ${ocrMaxPages} that are allowed (OCR_MAX_PAGES).`,
  ],
  'too-many-cells': [
    'too-large',
    ({ maxCells }) => `The file has more filled cells than the ${maxCells} that are allowed.`,
  ],
  'too-many-entries': [
    'too-large',
    ({ maxArchiveEntries }) =>
      `The file is an archive of more entries than the ${maxArchiveEntries} that are allowed.`,
  ],
  'archive-too-large': [
    'too-large',
    ({ maxArchiveMb }) => `The file unpacks to more than the ${maxArchiveMb} MiB that are allowed.`,
  ],
  'compression-ratio-too-high': [
    'too-large',
    ({ maxCompressionRatio }) =>
      `A part of the file unpacks to more than the ${maxCompressionRatio} times its size that are allowed.`,
  ],
  'extraction-out-of-memory': [
    'too-large',
    ({ maxMemoryMb }) => `Reading the file took more memory than the ${maxMemoryMb} MiB that are allowed.`,
  ],
};

export const extractionFault = (fault: ExtractionFault, config: ExtractionConfig): AppError => {
  const [kind, message] = texts[fault];
  return new AppError({ code: `knowledge.${fault}`, kind, message: message(config), retryable: false });
};

export const tooSlow = (timeoutMs: number): AppError =>
  new AppError({
    code: 'knowledge.extraction-too-slow',
    kind: 'too-large',
    message: `Reading the file took longer than the ${timeoutMs} ms that are allowed.`,
    retryable: false,
  });

export const extractorDied = (reason: string): AppError =>
  new AppError({
    code: 'knowledge.extractor-died',
    kind: 'unavailable',
    message: 'The process that read the file ended unexpectedly.',
    cause: new Error(reason),
  });
