import { IsInt, Max, Min } from 'class-validator';
import { FromEnv } from './from-env.js';

/** How documents are cut into passages. Changing it affects documents that are indexed from then on. */
export class ChunkingConfig {
  @FromEnv('CHUNK_TARGET_TOKENS', 'Size that a passage is filled up to, in tokens (o200k_base). 64 to 2000.')
  @IsInt()
  @Min(64)
  @Max(2_000)
  readonly targetTokens: number = 400;

  @FromEnv(
    'CHUNK_OVERLAP_TOKENS',
    'Whole sentences of up to so many tokens are repeated in the next passage. 0 to 500.',
  )
  @IsInt()
  @Min(0)
  @Max(500)
  readonly overlapTokens: number = 60;

  @FromEnv('CHUNK_MAX_TOKENS', 'No passage is larger, tables and code included, in tokens. 64 to 8000.')
  @IsInt()
  @Min(64)
  @Max(8_000)
  readonly maxTokens: number = 800;
}
