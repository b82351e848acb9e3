import { Injectable } from '@nestjs/common';
import { ChatHttpConfig } from '../../platform/config/chat-http.config.js';
import { WorkerLiveness } from '../../platform/queue/worker-liveness.port.js';
import { AppError } from '../../shared/app-error.js';
import { MessageRepository } from './message.repository.js';

/** The dam: an answer that would not start within its promise is refused before anything is stored. */
@Injectable()
export class AdmitAnswer {
  constructor(
    private readonly workers: WorkerLiveness,
    private readonly messages: MessageRepository,
    private readonly config: ChatHttpConfig,
  ) {}

  /** @throws AppError kind `unavailable`: `chat.no-live-worker`, `chat.queue-full` or `chat.queue-slow`. */
  async assertOpen(): Promise<void> {
    if (!(await this.workers.isServed('chat'))) {
      throw refused('chat.no-live-worker', 'No worker is there to answer right now. Try again soon.', 5);
    }
    const { waiting, oldestWaitMs } = await this.messages.queueState();
    if (waiting >= this.config.queueLimit) {
      throw refused('chat.queue-full', 'As many questions as may wait are waiting. Try again soon.', 10);
    }
    if (oldestWaitMs > this.config.startPromiseSeconds * 1000) {
      throw refused('chat.queue-slow', 'The answer could not start in time. Try again soon.', 10);
    }
  }
}

const refused = (code: string, message: string, retryAfterSeconds: number): AppError =>
  new AppError({ code, kind: 'unavailable', message, retryAfterSeconds });
