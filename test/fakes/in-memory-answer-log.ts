import {
  AnswerLog,
  sequenceBefore,
  terminalEvents,
  type AnswerEvent,
  type NewAnswerEvent,
  type OnAppended,
  type OpenedLog,
} from '../../src/chat/application/answer-log.port.js';
import { AppError } from '../../src/shared/app-error.js';

interface Writer {
  epoch: number;
  events: AnswerEvent[];
  lastSequence: number;
  endedAt: Date | null;
}

/** The answer log in memory, as strict as the real ones (`test/contracts/answer-log.contract.ts`). */
export class InMemoryAnswerLog extends AnswerLog {
  private readonly writers = new Map<string, Writer>();
  private readonly subscribers = new Map<string, Set<OnAppended>>();
  private appends = 0;

  async open(messageId: string, epoch: number): Promise<OpenedLog> {
    const writer = this.writers.get(messageId) ?? { epoch, events: [], lastSequence: 0, endedAt: null };
    if (writer.epoch > epoch || writer.endedAt) throw claimLost();
    writer.epoch = epoch;
    writer.lastSequence = Math.max(writer.lastSequence, sequenceBefore(epoch));
    this.writers.set(messageId, writer);
    return { lastSequence: writer.lastSequence, hasEvents: writer.events.length > 0 };
  }

  async append(
    messageId: string,
    epoch: number,
    afterSequence: number,
    events: NewAnswerEvent[],
  ): Promise<number> {
    if (events.length === 0) return afterSequence;
    const writer = this.writers.get(messageId);
    if (!writer || writer.epoch !== epoch || writer.endedAt || writer.lastSequence !== afterSequence)
      throw claimLost();
    for (const { type, data } of structuredClone(events))
      writer.events.push({ sequence: ++writer.lastSequence, type, data });
    if (events.some(({ type }) => terminalEvents.has(type))) writer.endedAt = new Date();
    // A store may tell what was appended, and may not.
    const tells = ++this.appends % 2 === 0;
    this.wake(messageId, tells ? await this.readAfter(messageId, afterSequence) : undefined);
    return writer.lastSequence;
  }

  async readAfter(messageId: string, afterSequence: number, limit = 500): Promise<AnswerEvent[]> {
    const events = this.writers.get(messageId)?.events ?? [];
    return structuredClone(events.filter(({ sequence }) => sequence > afterSequence).slice(0, limit));
  }

  async bounds(messageId: string): Promise<{ first: number; last: number } | null> {
    const events = this.writers.get(messageId)?.events ?? [];
    return events.length === 0 ? null : { first: events[0]!.sequence, last: events.at(-1)!.sequence };
  }

  async subscribe(messageId: string, onAppended: OnAppended): Promise<() => void> {
    const known = this.subscribers.get(messageId) ?? new Set();
    this.subscribers.set(messageId, known.add(onAppended));
    return () => void known.delete(onAppended);
  }

  async expire(before: Date): Promise<number> {
    const expired = [...this.writers].filter(([, { endedAt }]) => endedAt !== null && endedAt < before);
    for (const [messageId] of expired) this.writers.delete(messageId);
    return expired.length;
  }

  async remove(messageIds: string[]): Promise<void> {
    for (const messageId of messageIds) {
      this.writers.delete(messageId);
      this.wake(messageId);
    }
  }

  /** As a store that has failed: it knows nothing of the message any more, or nothing of its newest events. */
  lose(messageId: string, newest = Infinity): void {
    const writer = this.writers.get(messageId);
    if (!writer) return;
    writer.events.splice(Math.max(0, writer.events.length - newest));
    writer.lastSequence = writer.events.at(-1)?.sequence ?? 0;
    if (writer.events.length === 0) this.writers.delete(messageId);
  }

  private wake(messageId: string, events?: AnswerEvent[]): void {
    for (const onAppended of this.subscribers.get(messageId) ?? []) queueMicrotask(() => onAppended(events));
  }
}

const claimLost = (): AppError =>
  new AppError({
    code: 'chat.claim-lost',
    kind: 'conflict',
    message: 'Another worker has taken this answer over, or it has ended.',
  });
