import { IsInt, Max, Min } from 'class-validator';
import { FromEnv } from './from-env.js';

/** What the chat's HTTP side takes, and when it refuses. */
export class ChatHttpConfig {
  @FromEnv('MESSAGE_LIMIT_BYTES', 'Longest content of one message, in bytes of UTF-8.')
  @IsInt()
  @Min(1)
  @Max(1_048_576)
  messageLimitBytes = 32_768;

  @FromEnv(
    'PAGE_LIMIT_BYTES',
    'Largest page (HTML or text) that a question may bring along, in bytes of UTF-8.',
  )
  @IsInt()
  @Min(1)
  @Max(16_777_216)
  pageLimitBytes = 2_097_152;

  @FromEnv(
    'CHAT_QUEUE_LIMIT',
    'How many answers may wait for a chat worker. Further questions are refused with 503 until some have started.',
  )
  @IsInt()
  @Min(1)
  @Max(100_000)
  queueLimit = 500;

  @FromEnv(
    'CHAT_START_PROMISE_SECONDS',
    'An answer starts within this time or is not accepted: questions are refused with 503 while one waits longer.',
  )
  @IsInt()
  @Min(1)
  @Max(3_600)
  startPromiseSeconds = 30;

  @FromEnv(
    'ANSWERS_PER_OWNER',
    'How many unfinished answers one owner may have. Further questions are refused with 429 until one has ended.',
  )
  @IsInt()
  @Min(1)
  @Max(100_000)
  answersPerOwner = 500;

  @FromEnv(
    'EVENT_LOOP_DELAY_LIMIT_MS',
    'Questions are refused with 503 while the API process is busier than this: by how many milliseconds it is late.',
  )
  @IsInt()
  @Min(20)
  @Max(60_000)
  eventLoopDelayLimitMs = 1_000;
}
