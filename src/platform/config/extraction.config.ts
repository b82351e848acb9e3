import { IsInt, Matches, Max, Min } from 'class-validator';
import { FromEnv } from './from-env.js';
import { installRecognition, missingForRecognition } from './recognition-packages.js';
import type { WithRequirements } from './section.js';

/** Bounds of reading one file; past them the document fails with a reason. Also whether scans are recognised. */
export class ExtractionConfig implements WithRequirements {
  @FromEnv('EXTRACTION_TIMEOUT_MS', 'How long reading one file may take, in milliseconds. 1000 to 3600000.')
  @IsInt()
  @Min(1_000)
  @Max(3_600_000)
  readonly timeoutMs: number = 300_000;

  @FromEnv('EXTRACTION_MAX_MEMORY_MB', 'Memory that the reading process may use, in MiB. 256 to 16384.')
  @IsInt()
  @Min(256)
  @Max(16_384)
  readonly maxMemoryMb: number = 512;

  @FromEnv('EXTRACTION_MAX_CHARS', 'Characters of text that one document may have. 1000 to 100000000.')
  @IsInt()
  @Min(1_000)
  @Max(100_000_000)
  readonly maxTextChars: number = 10_000_000;

  @FromEnv('EXTRACTION_MAX_PAGES', 'Pages, slides or sheets that one document may have. 1 to 100000.')
  @IsInt()
  @Min(1)
  @Max(100_000)
  readonly maxPages: number = 5_000;

  @FromEnv(
    'EXTRACTION_MAX_CELLS',
    'Filled cells that one spreadsheet or CSV file may have. 100 to 100000000.',
  )
  @IsInt()
  @Min(100)
  @Max(100_000_000)
  readonly maxCells: number = 2_000_000;

  @FromEnv(
    'EXTRACTION_MAX_ARCHIVE_ENTRIES',
    'Entries that the ZIP archive of an office document may have. 10 to 1000000.',
  )
  @IsInt()
  @Min(10)
  @Max(1_000_000)
  readonly maxArchiveEntries: number = 20_000;

  @FromEnv(
    'EXTRACTION_MAX_ARCHIVE_MB',
    'What the text parts of an office document may come to when they are unpacked, in MiB. 1 to 102400.',
  )
  @IsInt()
  @Min(1)
  @Max(102_400)
  readonly maxArchiveMb: number = 1_024;

  @FromEnv(
    'EXTRACTION_MAX_COMPRESSION_RATIO',
    'How many times its packed size a part of more than 16 MiB of an office document may have. 2 to 1100.',
  )
  @IsInt()
  @Min(2)
  @Max(1_100)
  readonly maxCompressionRatio: number = 200;

  @FromEnv(
    'OCR_LANGUAGES',
    "Languages in which text on the pages of a PDF that are pictures is recognised (OCR), by Tesseract's names, the commonest first: kor,eng. Empty: such pages stay without text.",
  )
  @Matches(/^[a-z]{3}(?:_[a-z]{1,8}){0,2}$/i, {
    each: true,
    message: "OCR_LANGUAGES must list Tesseract's names of languages, such as kor,eng",
  })
  readonly ocrLanguages: string[] = [];

  @FromEnv('OCR_MAX_PAGES', 'Pages of one document whose text is recognised. 1 to 10000.')
  @IsInt()
  @Min(1)
  @Max(10_000)
  readonly ocrMaxPages: number = 200;

  @FromEnv(
    'OCR_TIMEOUT_MS',
    'How long recognising the pages of one document may take, in milliseconds, after it was read. 1000 to 86400000.',
  )
  @IsInt()
  @Min(1_000)
  @Max(86_400_000)
  readonly ocrTimeoutMs: number = 1_800_000;

  requirements(): string[] {
    const missing = missingForRecognition(this.ocrLanguages);
    if (missing.length === 0) return [];
    return [
      `OCR_LANGUAGES is ${this.ocrLanguages.join(',')}, but ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not installed: ${installRecognition(missing)}. Or leave OCR_LANGUAGES empty.`,
    ];
  }
}
