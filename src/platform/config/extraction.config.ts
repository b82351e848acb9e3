import { IsInt, Max, Min } from 'class-validator';
import { FromEnv } from './from-env.js';

/** Bounds of reading one file; past them the document fails with a reason. */
export class ExtractionConfig {
  @FromEnv('EXTRACTION_TIMEOUT_MS', 'How long reading one file may take, in milliseconds. 1000 to 3600000.')
  @IsInt()
  @Min(1_000)
  @Max(3_600_000)
  readonly timeoutMs: number = 300_000;

  @FromEnv('EXTRACTION_MAX_MEMORY_MB', 'Memory that the reading process may use, in MiB. 256 to 16384.')
  @IsInt()
  @Min(256)
  @Max(16_384)
  readonly maxMemoryMb: number = 1_024;

  @FromEnv('EXTRACTION_MAX_CHARS', 'Characters of text that one document may have. 1000 to 100000000.')
  @IsInt()
  @Min(1_000)
  @Max(100_000_000)
  readonly maxTextChars: number = 10_000_000;

  @FromEnv('EXTRACTION_MAX_PAGES', 'Pages that one document may have. 1 to 100000.')
  @IsInt()
  @Min(1)
  @Max(100_000)
  readonly maxPages: number = 5_000;
}
