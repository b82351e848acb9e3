import type { Page, PageRequest } from '../../shared/page.js';
import type { Problem } from '../../shared/problem.js';
import type { Citation } from '../domain/citation.js';
import type { AnswerUsage, Message, MessageStatus, PageText } from '../domain/message.js';

/** A message as it is inserted; what is missing gets its default. */
export type NewMessage = Pick<
  Message,
  'id' | 'ownerId' | 'conversationId' | 'parentId' | 'depth' | 'role' | 'status' | 'mode'
> &
  Partial<Pick<Message, 'content' | 'name' | 'filter' | 'requestId' | 'createdAt' | 'dispatch'>> & {
    page?: PageText | null;
  };

/** How an answer ended. Everything that it says has been appended to the log before. */
export interface AnswerEnd {
  status: Extract<MessageStatus, 'completed' | 'cancelled' | 'failed'>;
  content: string;
  citations: Citation[];
  usage: AnswerUsage | null;
  model: string | null;
  error: Problem | null;
  trace: Record<string, unknown> | null;
  /** Sequence that the terminal event will have: one after the last that was appended. */
  lastSequence: number;
}

/** What a renewal finds. `busy`: still ours, but its row was locked, and the lease is as it was. */
export type LeaseState = 'held' | 'cancel-requested' | 'busy';

export interface StuckAnswer {
  messageId: string;
  ownerId: string;
  requestId: string | null;
  epoch: number;
  attempts: number;
}

/** Unfinished answers: those that are due and that no worker has taken yet, and those in work. */
export interface AnswerQueueState {
  owners: Map<string, { waiting: number; running: number }>;
  oldestWaitMs: number;
}

/** Messages of all owners; every method joins the open transaction. Reads of one owner carry `ownerId`. */
export abstract class MessageRepository {
  abstract findById(ownerId: string, id: string): Promise<Message | undefined>;

  abstract listByIds(ownerId: string, ids: string[]): Promise<Message[]>;

  /** The page text that a question brought along; null when it had none. */
  abstract findPage(ownerId: string, id: string): Promise<PageText | null>;

  /** Undefined when there is no such message, null when it has no trace (yet). */
  abstract findTrace(ownerId: string, id: string): Promise<Record<string, unknown> | null | undefined>;

  /** In the order given; parents before their children. @returns them as they are stored. */
  abstract insert(messages: NewMessage[]): Promise<Message[]>;

  /** From the root to `leafId`, oldest first; empty when there is no such message. */
  abstract pathTo(ownerId: string, leafId: string): Promise<Message[]>;

  /**
   * The end of that path, after the last of `stops.messageIds` on it and after every message up to `stops.upTo` (ids
   * rise with time). What it costs does not depend on what lies before.
   */
  abstract tailTo(
    ownerId: string,
    leafId: string,
    stops: { messageIds: string[]; upTo: string | null },
  ): Promise<Message[]>;

  /** One page of `pathTo`. */
  abstract pagePathTo(ownerId: string, leafId: string, request: PageRequest): Promise<Page<Message>>;

  /** One page of the whole tree in the order of creation: a parent comes before its children. */
  abstract pageTree(ownerId: string, conversationId: string, request: PageRequest): Promise<Page<Message>>;

  abstract listChildren(ownerId: string, parentId: string): Promise<Message[]>;

  /** The message and all its descendants. */
  abstract listSubtreeIds(ownerId: string, id: string): Promise<string[]>;

  abstract listIdsByConversation(ownerId: string, conversationId: string): Promise<string[]>;

  /** Ids must be closed under descendants. @returns those that were unfinished. */
  abstract remove(ownerId: string, ids: string[]): Promise<string[]>;

  /**
   * Takes an answer to work on it: it was queued, or its last worker's lease ran out. Raises `epoch` and
   * `attempts`, sets `running` and a lease of `leaseMs`. Null when it is finished, gone or held by another.
   */
  abstract claim(id: string, leaseMs: number): Promise<Message | null>;

  /** In one statement, which waits for no lock. What it does not answer is lost: another claim took over, or the end. */
  abstract renewLeases(
    claims: Pick<Message, 'id' | 'epoch'>[],
    leaseMs: number,
  ): Promise<Map<string, LeaseState>>;

  /**
   * Ends the answer; null when a newer epoch holds it. Commit it before the terminal event is appended, and
   * append what it returns: whoever reads the terminal event finds the same in the row.
   */
  abstract finish(id: string, epoch: number, end: AnswerEnd): Promise<Message | null>;

  /**
   * Puts an unfinished answer back on its way, due after `delayMs`, and raises its dispatch number. `uncounted`: the
   * attempt that ends with it does not count.
   * @returns the dispatch number for the job id; null when a newer epoch holds it or it is finished.
   */
  abstract requeue(
    id: string,
    epoch: number,
    delayMs: number,
    options?: { uncounted: boolean },
  ): Promise<number | null>;

  /**
   * Wishes the end of an unfinished answer. One that no worker holds ends here, under a raised epoch and without
   * content; a running one is told through its next renewal. Null when it was finished before, gone or another
   * owner's.
   */
  abstract requestCancel(ownerId: string, id: string): Promise<Message | null>;

  /** Notes where the terminal event came to stand, for an answer that `requestCancel` ended. */
  abstract noteLastSequence(id: string, epoch: number, lastSequence: number): Promise<void>;

  /** Unfinished answers whose lease ran out, or that were due more than `queuedForMs` ago and nobody claimed. */
  abstract listStuck(queuedForMs: number, limit: number): Promise<StuckAnswer[]>;

  abstract queueState(): Promise<AnswerQueueState>;

  /** Which of these ended more than `endedForMs` ago, or are no longer there. */
  abstract listEnded(ids: string[], endedForMs: number): Promise<string[]>;
}
