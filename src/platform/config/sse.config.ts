import { IsInt, Max, Min } from 'class-validator';
import { FromEnv } from './from-env.js';

/** Server-sent events of every feature. */
export class SseConfig {
  @FromEnv('STREAMS_PER_OWNER', 'How many event streams one owner may hold open on one API process.')
  @IsInt()
  @Min(1)
  @Max(10_000)
  streamsPerOwner = 100;

  @FromEnv(
    'STREAMS_LIMIT',
    'How many event streams one API process holds in all. Each takes a file descriptor. Further ones are refused with 503.',
  )
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  streamsLimit = 10_000;
}
