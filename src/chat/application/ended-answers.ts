import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Logger } from '../../platform/logging/logger.port.js';
import { MessageRepository } from './message.repository.js';

const checkMs = 1_000;
/** The terminal event follows the commit of the final state; only when it stays away does the row speak for it. */
const graceMs = 1_000;

/**
 * Watches the rows of the answers that are being read, all of them in one query a second: an answer may end
 * without a terminal event (its writer died right after the commit, or the message was deleted).
 */
@Injectable()
export class EndedAnswers implements OnApplicationShutdown {
  private readonly watched = new Map<string, Set<() => void>>();
  private timer: NodeJS.Timeout | null = null;
  private checking = false;

  constructor(
    private readonly messages: MessageRepository,
    private readonly logger: Logger,
  ) {}

  /** @returns a function that ends the watch. */
  watch(messageId: string, onEnded: () => void): () => void {
    const watchers = this.watched.get(messageId) ?? new Set();
    this.watched.set(messageId, watchers.add(onEnded));
    this.timer ??= setInterval(() => void this.check(), checkMs).unref();
    return () => {
      watchers.delete(onEnded);
      if (watchers.size === 0 && this.watched.get(messageId) === watchers) this.watched.delete(messageId);
      if (this.watched.size === 0) this.stop();
    };
  }

  onApplicationShutdown(): void {
    this.stop();
  }

  private async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    try {
      const ended = await this.messages.listEnded([...this.watched.keys()], graceMs);
      for (const id of ended) for (const onEnded of this.watched.get(id) ?? []) onEnded();
    } catch (error) {
      // The next check may succeed, and readers live on the log meanwhile.
      this.logger.warn('chat.ended-answers-check-failed', { error });
    } finally {
      this.checking = false;
    }
  }

  private stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }
}
