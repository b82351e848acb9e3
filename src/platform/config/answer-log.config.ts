import { IsInt, Max, Min } from 'class-validator';
import { FromEnv } from './from-env.js';

/** The durable stream of answers. */
export class AnswerLogConfig {
  @FromEnv(
    'ANSWER_LOG_TTL_MINUTES',
    'How long the single events of a finished answer can be replayed. After that a reader gets the stored text in one piece.',
  )
  @IsInt()
  @Min(1)
  @Max(43_200)
  ttlMinutes = 60;
}
