import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { FromEnv } from './from-env.js';

/** What the language model writes of documents, after they are ready. */
export class MetadataConfig {
  @FromEnv(
    'GENERATE_METADATA',
    'true: the language model of CHAT_MODEL writes a summary, keywords and a category of each document (its `generated`) after it is ready, of those that are there already too. One request a document; without CHAT_MODEL nothing is written.',
  )
  @IsBoolean()
  readonly enabled: boolean = false;

  @FromEnv(
    'METADATA_INPUT_TOKENS',
    'How much of a document the model reads for that, in tokens: its beginning, and parts spread over the rest. 200 to 100000.',
  )
  @IsInt()
  @Min(200)
  @Max(100_000)
  readonly inputTokens: number = 3_000;

  @FromEnv(
    'METADATA_CONCURRENCY',
    'Documents that one worker process asks the model about at the same time. 1 to 32.',
  )
  @IsInt()
  @Min(1)
  @Max(32)
  readonly concurrency: number = 2;
}
