import { IsInt, Max, Min } from 'class-validator';
import { FromEnv } from './from-env.js';

export class QueueConfig {
  @FromEnv('CHAT_CONCURRENCY', 'Answers that one chat worker generates at the same time.')
  @IsInt()
  @Min(1)
  @Max(1_000)
  chatConcurrency = 16;

  @FromEnv('KNOWLEDGE_CONCURRENCY', 'Documents that one knowledge worker processes at the same time.')
  @IsInt()
  @Min(1)
  @Max(100)
  knowledgeConcurrency = 2;

  @FromEnv('SUMMARY_CONCURRENCY', 'Conversations that one summary worker condenses at the same time.')
  @IsInt()
  @Min(1)
  @Max(100)
  summaryConcurrency = 2;

  @FromEnv(
    'SHUTDOWN_GRACE_MS',
    'Milliseconds that running jobs get to finish after SIGTERM; what is left then goes back to its queue.',
  )
  @IsInt()
  @Min(0)
  @Max(600_000)
  shutdownGraceMs = 5_000;
}
