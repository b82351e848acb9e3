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
  /** Rises by one within a message, from 1, retries included. */
  sequence: number;
}

/**
 * The durable stream of one answer: what is appended can be read by any process before anyone sees it, and is
 * never edited. Writers are fenced: an append of an older epoch than the newest seen is refused.
 */
export abstract class AnswerLog {
  /**
   * Starts a writer at `epoch` (the claim of the message row). A higher epoch shuts out the lower ones.
   * @returns the last sequence in the log, 0 for an empty one.
   * @throws AppError `chat.claim-lost` when a higher epoch has opened it.
   */
  abstract open(messageId: string, epoch: number): Promise<number>;

  /**
   * Appends in order, all or nothing. `afterSequence` names the predecessor; a gap or an older epoch is refused
   * with `chat.claim-lost`.
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
   * called. One store connection per process however many subscriptions.
   */
  abstract subscribe(messageId: string, onAppended: () => void): Promise<() => void>;

  /** Forgets the events of messages that ended before `before`. */
  abstract expire(before: Date): Promise<number>;

  /** Forgets one message's events (deletion). */
  abstract remove(messageIds: string[]): Promise<void>;
}
