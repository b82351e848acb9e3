/** The events of one answer, as `API.md` names them. */
export type AnswerEventType =
  | 'message.started'
  | 'message.retrieved'
  | 'message.delta'
  | 'message.citation'
  | 'message.restarted'
  | 'message.completed'
  | 'message.cancelled'
  | 'message.failed';

export const terminalEvents: ReadonlySet<AnswerEventType> = new Set([
  'message.completed',
  'message.cancelled',
  'message.failed',
]);

export interface NewAnswerEvent {
  type: AnswerEventType;
  data: unknown;
}

export interface AnswerEvent extends NewAnswerEvent {
  /** Rises by one within an epoch, from `sequenceBefore(epoch) + 1`; no two events of a message ever share one. */
  sequence: number;
}

/** More events than one attempt can have; sequences are 32-bit in a store, which leaves room for 2,047 attempts. */
const sequencesOfAnEpoch = 2 ** 20;

/**
 * What the first event of an epoch follows at least. A store may lose events that readers have seen, the newest or all:
 * by leaping over whatever an earlier epoch can have used, a new one shows every reader that theirs is over.
 */
export const sequenceBefore = (epoch: number): number => Math.max(0, epoch - 1) * sequencesOfAnEpoch;

/** @param events in order, not to be changed; absent: look what there is. */
export type OnAppended = (events?: AnswerEvent[]) => void;

export interface OpenedLog {
  /** What the first append of this writer names as its predecessor. */
  lastSequence: number;
  /** Whether it holds events of earlier writers. */
  hasEvents: boolean;
}

/**
 * The durable stream of one answer: what is appended can be read by any process before anyone sees it, and is
 * never edited. Writers are fenced: an append of an older epoch than the newest seen is refused. Sequences leap only
 * where an epoch begins, with `message.restarted` if there was anything before it; a reader that meets another gap has
 * read what the store has lost since.
 */
export abstract class AnswerLog {
  /**
   * Starts a writer at `epoch` (the claim of the message row). A higher epoch shuts out the lower ones and leaps to
   * `sequenceBefore(epoch)`; the same one goes on where it was.
   * @throws AppError `chat.claim-lost` when a higher epoch has opened it, or it has ended.
   */
  abstract open(messageId: string, epoch: number): Promise<OpenedLog>;

  /**
   * Appends in order, all or nothing. `afterSequence` names the predecessor; a gap or an older epoch is refused
   * with `chat.claim-lost`. So is a log that has lost what this writer appended: it has to start over.
   * @returns the sequence of the last event.
   */
  abstract append(
    messageId: string,
    epoch: number,
    afterSequence: number,
    events: NewAnswerEvent[],
  ): Promise<number>;

  /** Events with a sequence above `afterSequence`, in order, at most `limit`. */
  abstract readAfter(messageId: string, afterSequence: number, limit?: number): Promise<AnswerEvent[]>;

  /** First and last sequence that the log still holds; null when it holds nothing. */
  abstract bounds(messageId: string): Promise<{ first: number; last: number } | null>;

  /**
   * Calls `onAppended` after each append (possibly coalesced, possibly spurious) until the returned function is
   * called, with what was appended where the store tells it. One store connection per process however many
   * subscriptions.
   */
  abstract subscribe(messageId: string, onAppended: OnAppended): Promise<() => void>;

  /** Forgets the events of messages that ended before `before`; nothing to do where the store lets them run out. */
  abstract expire(before: Date): Promise<number>;

  /** Forgets one message's events (deletion). */
  abstract remove(messageIds: string[]): Promise<void>;
}
