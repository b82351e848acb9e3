import type { Redis } from 'ioredis';
import type { AnswerScripts } from './redis-answer-scripts.js';

export type AppendArguments = Parameters<AnswerScripts['appendToAnswer']>;

/** How long an append may wait for those of other answers. */
const gatherMs = 6;

interface Append {
  given: AppendArguments;
  resolve: (lastSequence: number | null | Promise<number | null>) => void;
  reject: (error: Error) => void;
}

/**
 * Appends of all answers of a process share round trips: one after a pause goes at once, those within 6 ms of it go
 * together. At many answers the calls of the system would cost more than all else. Of one answer there is one at a time.
 */
export class RedisAppends {
  private waiting: Append[] = [];
  private timer: NodeJS.Timeout | undefined;
  private sentAt = 0;

  /** @param client with the answer scripts defined on it. */
  constructor(private readonly client: Redis) {}

  /** As `appendToAnswer`. */
  append(given: AppendArguments): Promise<number | null> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ given, resolve, reject });
      if (this.timer) return;
      const pauseMs = this.sentAt + gatherMs - performance.now();
      if (pauseMs <= 0) void this.send();
      else this.timer = setTimeout(() => void this.send(), pauseMs);
    });
  }

  /** Never rejects: a failure goes to the appends that it concerns. */
  private async send(): Promise<void> {
    this.timer = undefined;
    this.sentAt = performance.now();
    const appends = this.waiting;
    this.waiting = [];
    const scripts = this.client as unknown as AnswerScripts;
    const [first] = appends;
    if (first && appends.length === 1) {
      first.resolve(scripts.appendToAnswer(...first.given));
      return;
    }
    const pipeline = this.client.pipeline();
    for (const { given } of appends) void (pipeline as unknown as AnswerScripts).appendToAnswer(...given);
    try {
      const replies = (await pipeline.exec()) as [Error | null, number | null][];
      replies.forEach(([error, lastSequence], index) => {
        const { given, resolve, reject } = appends[index]!;
        // A server that was started again has forgotten the scripts; a command alone brings its own.
        if (error?.message.startsWith('NOSCRIPT')) resolve(scripts.appendToAnswer(...given));
        else if (error) reject(error);
        else resolve(lastSequence);
      });
    } catch (error) {
      for (const { reject } of appends) reject(error as Error);
    }
  }
}
