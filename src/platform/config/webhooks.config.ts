import { IsInt, Max, Min } from 'class-validator';
import { FromEnv } from './from-env.js';

/** Messages to people's own servers about what happens to their documents and answers. */
export class WebhooksConfig {
  @FromEnv('WEBHOOKS_PER_OWNER', 'Most webhooks that one owner may have. 0 to 1000; 0 allows none.')
  @IsInt()
  @Min(0)
  @Max(1_000)
  readonly webhooksPerOwner: number = 10;

  @FromEnv(
    'WEBHOOK_TIMEOUT_MS',
    'How long a receiver may take to answer, in milliseconds; FETCH_TIMEOUT_MS and FETCH_SILENCE_MS bound it too. 1000 to 60000.',
  )
  @IsInt()
  @Min(1_000)
  @Max(60_000)
  readonly timeoutMs: number = 10_000;

  @FromEnv('WEBHOOK_CONCURRENCY', 'Deliveries that one worker process makes at the same time. 1 to 100.')
  @IsInt()
  @Min(1)
  @Max(100)
  readonly concurrency: number = 4;

  @FromEnv(
    'WEBHOOK_LOG_DAYS',
    'Days for which settled deliveries stay in the log of their webhook, of which it keeps the last 1000 at most. 1 to 365.',
  )
  @IsInt()
  @Min(1)
  @Max(365)
  readonly logDays: number = 30;
}
