import { Injectable } from '@nestjs/common';
import { ChatHttpConfig } from '../../platform/config/chat-http.config.js';
import { Transaction } from '../../platform/database/transaction.port.js';
import { EventLoopDelay } from '../../platform/runtime/event-loop-delay.port.js';
import { WorkerLiveness, type QueueService } from '../../platform/queue/worker-liveness.port.js';
import { AppError } from '../../shared/app-error.js';
import { refusalOf, type QueueSituation, type Refusal } from '../domain/admission.js';
import { MessageRepository, type AnswerQueueState } from './message.repository.js';

interface Look {
  number: number;
  service: QueueService;
  queue: AnswerQueueState;
}

/** An answer that was taken. A look that was begun before its commit may not show it. */
interface Taken {
  ownerId: string;
  /** The number of the last look begun before its commit had ended; null: it has not. */
  endedIn: number | null;
}

/**
 * The dam: an answer that would not start within its promise is refused before anything is stored. One look at the
 * queue at a time: who comes while one is under way shares the next, so that a flood costs no more than its requests.
 */
@Injectable()
export class AdmitAnswer {
  private looking: Promise<Look> | null = null;
  private next: Promise<Look> | null = null;
  private looks = 0;
  private readonly taken = new Set<Taken>();

  constructor(
    private readonly workers: WorkerLiveness,
    private readonly messages: MessageRepository,
    private readonly transaction: Transaction,
    private readonly eventLoop: EventLoopDelay,
    private readonly config: ChatHttpConfig,
  ) {}

  /**
   * Outside of any transaction: it waits for others.
   * @returns to be called when the answer is committed, or was not.
   * @throws AppError kind `unavailable`: `chat.no-live-worker`, `chat.queue-full`, `chat.queue-slow`,
   *   `chat.overloaded`; kind `limited`: `chat.too-many-answers`.
   */
  async admit(ownerId: string): Promise<() => void> {
    this.transaction.assertOutside('Admission');
    if (this.eventLoop.currentMs > this.config.eventLoopDelayLimitMs) throw overloaded();
    const look = await this.look();
    const unseen = [...this.taken].filter(({ endedIn }) => endedIn === null || endedIn >= look.number);
    const refusal = refusalOf(situationOf(look, unseen, ownerId), this.config);
    if (refusal) throw refused(refusal);
    const taken: Taken = { ownerId, endedIn: null };
    this.taken.add(taken);
    return () => (taken.endedIn ??= this.looks);
  }

  /** Begun after the call, never before: a refusal is of now. */
  private look(): Promise<Look> {
    if (!this.looking) return (this.looking = this.lookNow());
    this.next ??= this.looking
      .catch(() => undefined)
      .then(() => {
        this.looking = this.next;
        this.next = null;
        return this.lookNow();
      });
    return this.next;
  }

  private async lookNow(): Promise<Look> {
    const number = ++this.looks;
    // Those who share the look before this one may still be about to judge by it.
    for (const one of this.taken)
      if (one.endedIn !== null && one.endedIn < number - 1) this.taken.delete(one);
    try {
      const [service, queue] = await Promise.all([
        this.workers.serviceOf('chat'),
        this.messages.queueState(),
      ]);
      return { number, service, queue };
    } finally {
      if (!this.next) this.looking = null;
    }
  }
}

function situationOf({ service, queue }: Look, unseen: Taken[], ownerId: string): QueueSituation {
  const { owners } = queue;
  const own = owners.get(ownerId) ?? { waiting: 0, running: 0 };
  const all = [...owners.values()];
  return {
    ...service,
    oldestWaitMs: queue.oldestWaitMs,
    waiting: all.reduce((sum, { waiting }) => sum + waiting, unseen.length),
    running: all.reduce((sum, { running }) => sum + running, 0),
    waitingOwners: all.filter(({ waiting }) => waiting > 0).length,
    own: {
      waiting: own.waiting + unseen.filter((one) => one.ownerId === ownerId).length,
      running: own.running,
    },
  };
}

const messages: Record<Refusal['code'], string> = {
  'chat.no-live-worker': 'No worker is there to answer right now. Try again soon.',
  'chat.queue-full': 'As many questions as may wait are waiting. Try again soon.',
  'chat.queue-slow': 'The answer could not start in time. Try again soon.',
  'chat.too-many-answers':
    'You have as many unfinished answers as one owner may have now. Wait for one of them.',
};

const refused = ({ code, retryAfterSeconds }: Refusal): AppError =>
  new AppError({
    code,
    kind: code === 'chat.too-many-answers' ? 'limited' : 'unavailable',
    message: messages[code],
    retryAfterSeconds,
  });

const overloaded = (): AppError =>
  new AppError({
    code: 'chat.overloaded',
    kind: 'unavailable',
    message: 'The server has more to do than it can. Try again soon.',
    retryAfterSeconds: 2,
  });
