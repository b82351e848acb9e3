import { IsInt, Max, Min } from 'class-validator';
import { FromEnv } from './from-env.js';

/** When a conversation's older turns are condensed, and into how much. */
export class SummaryConfig {
  @FromEnv(
    'SUMMARY_RECENT_TURNS',
    'How many of the newest turns stay out of the summary (they reach the model in full).',
  )
  @IsInt()
  @Min(2)
  @Max(200)
  recentTurns = 10;

  @FromEnv('SUMMARY_RECENT_TOKENS', 'The newest turns stay out of the summary up to this many tokens.')
  @IsInt()
  @Min(100)
  @Max(100_000)
  recentTokens = 1_500;

  @FromEnv(
    'SUMMARY_TRIGGER_TOKENS',
    'The summary worker starts once the turns older than the recent ones hold this many tokens.',
  )
  @IsInt()
  @Min(1)
  @Max(100_000)
  triggerTokens = 400;

  @FromEnv('SUMMARY_MAX_TOKENS', 'The longest summary, in tokens.')
  @IsInt()
  @Min(50)
  @Max(10_000)
  maxTokens = 500;

  @FromEnv(
    'SUMMARY_INPUT_TOKENS',
    'How many tokens of older turns are condensed in one step; a longer history takes several steps.',
  )
  @IsInt()
  @Min(500)
  @Max(100_000)
  inputTokens = 4_000;
}
