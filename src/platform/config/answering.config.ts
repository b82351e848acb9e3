import { IsBoolean, IsInt, IsNumber, IsOptional, Max, Min } from 'class-validator';
import { FromEnv } from './from-env.js';

/** By words alone, `npm run calibrate` finds none that costs less. */
export const leastCoverageOfWords = 0.3;
/** Before a model that judges by itself: no answerable question that was measured came below it. */
export const leastCoverageBeforeModel = 0.1;

/** How answers are made. */
export class AnsweringConfig {
  @FromEnv(
    'CONTEXT_TOKENS',
    'Most tokens of one prompt: instructions, summary, recent turns, passages and question together. 1000 to 1000000.',
  )
  @IsInt()
  @Min(1_000)
  @Max(1_000_000)
  contextTokens: number = 6_000;

  @FromEnv('ANSWER_TOKENS', 'Most tokens that the model may answer with. 16 to 100000.')
  @IsInt()
  @Min(16)
  @Max(100_000)
  answerTokens: number = 2_000;

  @FromEnv('ANSWER_PASSAGES', 'How many passages are retrieved for an answer. 1 to 100.')
  @IsInt()
  @Min(1)
  @Max(100)
  passages: number = 10;

  @FromEnv(
    'ANSWER_NEIGHBOURS',
    'How many pieces of the same section, before and after each passage, join it where CONTEXT_TOKENS leave room. 0 to 5.',
  )
  @IsInt()
  @Min(0)
  @Max(5)
  neighbours: number = 2;

  @FromEnv(
    'REWRITE_FOLLOW_UPS',
    'With CHAT_MODEL: whether it first rewrites a question that continues a conversation into one that can be searched for; one short request more, 4 s at most. Else a question that leaves out what it is about takes over the rarest words of the one before. true or false.',
  )
  @IsBoolean()
  rewriteFollowUps: boolean = false;

  @FromEnv(
    'ANSWER_RETRIES',
    'How often a model request is repeated when it failed before its first text. 0 to 10.',
  )
  @IsInt()
  @Min(0)
  @Max(10)
  retries: number = 3;

  @FromEnv(
    'ANSWER_LEAST_COVERAGE',
    "Share of a question's terms (rare ones weigh more) that one passage must hold, or nothing is answered from the documents. 0 to 1; 0: always answer. npm run calibrate measures it. Unset: 0.3, or 0.1 with CHAT_MODEL, which tells more from the passages than words do.",
  )
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  leastCoverage?: number;

  @FromEnv(
    'ANSWER_LEAST_SIMILARITY',
    'With EMBEDDING_MODEL: cosine that the nearest passage must reach where ANSWER_LEAST_COVERAGE is missed. -1 to 1, different for each model (npm run calibrate measures it). Unset: then always answer.',
  )
  @IsOptional()
  @IsNumber()
  @Min(-1)
  @Max(1)
  leastSimilarity?: number;
}
