import { isUnfinished, type Message } from '../domain/message.js';
import {
  sequenceBefore,
  terminalEvents,
  type AnswerEvent,
  type AnswerEventType,
  type AnswerLog,
} from './answer-log.port.js';
import type { DeletedSources } from './deleted-sources.service.js';
import type { EndedAnswers } from './ended-answers.js';
import type { MessageRepository } from './message.repository.js';
import { toMessageView } from './message-view.js';

/** Events that a reader takes in one piece. */
const mostAtOnce = 200;

export interface RelayedEvent {
  /** Absent where no client may resume. */
  id?: number;
  event: AnswerEventType;
  data: unknown;
}

/** Where a reader's events come from. */
export type FeedPlan =
  | { kind: 'log'; after: number }
  /** The reader's position is unknown to the log of a running answer: void what it has, and start over. */
  | { kind: 'log-again' }
  /** The log of a finished answer is gone: the stored text speaks. */
  | { kind: 'row'; terminal: number };

export interface FeedSources {
  messages: MessageRepository;
  log: AnswerLog;
  deleted: DeletedSources;
  ended: EndedAnswers;
}

/** One reader of one answer. Pulled: nothing is read from the log before the reader has taken the batch before. */
export class AnswerFeed {
  private readonly bell = new Bell();
  private readonly told = new ToldEvents();
  private ended = false;

  constructor(
    private readonly message: Message,
    private readonly plan: FeedPlan,
    private readonly from: FeedSources,
  ) {}

  /** Ends after the terminal event, or when `signal` says that the reader has left. */
  async *batches(signal: AbortSignal): AsyncGenerator<RelayedEvent[]> {
    const { plan } = this;
    if (plan.kind === 'row') {
      yield await this.storedText(plan.terminal);
      return;
    }
    if (plan.kind === 'log-again') yield [restarted('position-unknown')];
    signal.addEventListener('abort', () => this.bell.ring(), { once: true });
    const unsubscribe = await this.from.log.subscribe(this.message.id, (events) => {
      this.told.add(events);
      this.bell.ring();
    });
    const unwatch = this.from.ended.watch(this.message.id, () => this.noteEnd());
    try {
      yield* this.fromLog(plan.kind === 'log' ? plan.after : 0, signal);
    } finally {
      unwatch();
      unsubscribe();
    }
  }

  private async *fromLog(after: number, signal: AbortSignal): AsyncGenerator<RelayedEvent[]> {
    let position = after;
    while (!signal.aborted) {
      // Read before the log is: once the row has ended, what the log holds then is all that will come.
      const ended = this.ended;
      const events = await this.next(position, ended);
      const last = events.at(-1);
      if (last) {
        yield await this.relayed(position, events);
        if (terminalEvents.has(last.type)) return;
        position = last.sequence;
      } else if (ended) {
        yield await this.endOfRow(position);
        return;
      } else {
        await this.bell.rung();
      }
    }
  }

  /** What the store has told, if it goes on where the reader is; else what the log holds, if there may be more. */
  private async next(position: number, ended: boolean): Promise<AnswerEvent[]> {
    const told = this.told.after(position);
    if (told.length > 0 || !(this.told.mayLack || ended)) return told;
    this.told.mayLack = false;
    const events = await this.from.log.readAfter(this.message.id, position, mostAtOnce);
    // What comes from now on is told.
    if (events.length === mostAtOnce) this.told.mayLack = true;
    return events;
  }

  /** A leap without a restart: the next writer found nothing of what this reader has, which is void. */
  private async relayed(position: number, events: AnswerEvent[]): Promise<RelayedEvent[]> {
    const shown = await this.from.deleted.redact(this.message.ownerId, events);
    let before = position;
    return shown.flatMap(({ sequence, type, data }) => {
      const leaps = before > 0 && sequence > before + 1;
      before = sequence;
      const event = { id: sequence, event: type, data };
      return leaps && type !== 'message.restarted' ? [restarted('events-lost'), event] : [event];
    });
  }

  /** The answer ended without a terminal event in the log. Only its worker knows that all deltas came before. */
  private async endOfRow(position: number): Promise<RelayedEvent[]> {
    const row = await this.from.messages.findById(this.message.ownerId, this.message.id);
    if (row?.lastSequence === position + 1) return [await this.terminalOf(row, row.lastSequence)];
    return this.storedText(row?.lastSequence ?? terminalAfter(position, row));
  }

  private async storedText(terminal: number): Promise<RelayedEvent[]> {
    const row = await this.from.messages.findById(this.message.ownerId, this.message.id);
    if (!row || isUnfinished(row)) return [this.deleted(terminal)];
    const delta: RelayedEvent = { event: 'message.delta', data: { text: row.content } };
    return [
      restarted('log-expired'),
      ...(row.content === '' ? [] : [delta]),
      await this.terminalOf(row, terminal),
    ];
  }

  private async terminalOf(row: Message, id: number): Promise<RelayedEvent> {
    const message = await this.from.deleted.viewOf(row.ownerId, row);
    if (row.status === 'failed') return { id, event: 'message.failed', data: { message, error: row.error } };
    return {
      id,
      event: row.status === 'cancelled' ? 'message.cancelled' : 'message.completed',
      data: { message },
    };
  }

  private deleted(id: number): RelayedEvent {
    const message = { ...toMessageView(this.message), status: 'cancelled' };
    return { id, event: 'message.cancelled', data: { message } };
  }

  private noteEnd(): void {
    this.ended = true;
    this.bell.ring();
  }
}

/** Where the terminal event of an ended answer would stand whose place nobody has noted. */
export const terminalAfter = (last: number, { epoch } = { epoch: 0 }): number =>
  Math.max(last, sequenceBefore(epoch)) + 1;

const restarted = (reason: string): RelayedEvent => ({ event: 'message.restarted', data: { reason } });

/** Events as the store tells them, for a reader that keeps up with them. */
class ToldEvents {
  /** Whether the log may hold what was not told. */
  mayLack = true;
  private events: AnswerEvent[] = [];

  add(events: AnswerEvent[] | undefined): void {
    if (events && this.events.length < mostAtOnce) this.events.push(...events);
    else this.mayLack = true;
  }

  /** All of it, when it begins right after `position`. */
  after(position: number): AnswerEvent[] {
    if (this.events.length === 0) return [];
    const events = this.events.filter(({ sequence }) => sequence > position);
    this.events = [];
    const gapless = events.every(({ sequence }, index) => sequence === position + 1 + index);
    if (gapless) return events;
    this.mayLack = true;
    return [];
  }
}

/** Wakes one sleeper; a ring while nobody sleeps is kept. */
class Bell {
  private pending = false;
  private wake: (() => void) | null = null;

  ring(): void {
    this.pending = true;
    this.wake?.();
  }

  async rung(): Promise<void> {
    if (!this.pending) await new Promise<void>((resolve) => (this.wake = resolve));
    this.wake = null;
    this.pending = false;
  }
}
