import type { Problem } from '../../shared/problem.js';

export type SummaryStatus = 'idle' | 'queued' | 'running' | 'failed';

/** Where the work on one conversation stands. */
export interface SummaryWork {
  status: SummaryStatus;
  error: Problem | null;
  /** Messages up to this id (UUIDv7) stay out of memory; null when nothing is excluded. */
  excludedUntil: string | null;
  updatedAt: Date;
}

export interface SummaryDemand {
  ownerId: string;
  conversationId: string;
  leafId: string;
  requestId: string | null;
  /** Asked for by the user: condenses now, and lifts an exclusion. */
  forced: boolean;
}

/** A worker's hold on a conversation: valid while no higher epoch exists. */
export interface SummaryClaim {
  ownerId: string;
  conversationId: string;
  epoch: number;
  attempts: number;
  excludedUntil: string | null;
  requestId: string | null;
}

/** A path that waits to be looked at. */
export interface SummaryIntent {
  leafId: string;
  forced: boolean;
  version: string;
}

/** A row that must be given to a worker (again). `dispatch` makes the job id new. */
export interface SummaryDispatch {
  ownerId: string;
  conversationId: string;
  requestId: string | null;
  dispatch: number;
}

/**
 * The rows that say what is to be summarised. The work row is locked before the intents are read or written, so
 * that a demand and a worker that is about to finish cannot miss each other.
 */
export abstract class SummaryWorkRepository {
  abstract find(ownerId: string, conversationId: string): Promise<SummaryWork | undefined>;

  /**
   * Notes the demand. Joins the open transaction.
   * @returns what to dispatch; undefined when a worker is at it or one has been called already.
   */
  abstract demand(demand: SummaryDemand): Promise<SummaryDispatch | undefined>;

  /** Takes a queued row, or one whose worker's lease has run out. */
  abstract claim(ownerId: string, conversationId: string, leaseMs: number): Promise<SummaryClaim | undefined>;

  /** Prolongs the lease. False: the claim is lost. */
  abstract renew(claim: SummaryClaim, leaseMs: number): Promise<boolean>;

  /**
   * Prolongs the lease, forgets earlier attempts and, inside a transaction, keeps others off the row until the
   * commit. False: the claim is lost.
   */
  abstract recordProgress(claim: SummaryClaim, leaseMs: number): Promise<boolean>;

  /** The oldest intent. When none is left the row goes idle and the claim ends. Needs an open transaction. */
  abstract nextIntent(claim: SummaryClaim): Promise<SummaryIntent | undefined>;

  /** Removes the intent unless it has been repeated since. */
  abstract settle(claim: SummaryClaim, intent: SummaryIntent): Promise<void>;

  /** Ends the claim and queues the row again. Undefined: the claim was lost. */
  abstract requeue(
    claim: SummaryClaim,
    again: { delayMs: number; countsAsAttempt: boolean },
  ): Promise<SummaryDispatch | undefined>;

  /** Ends the claim for good, until the next demand. */
  abstract fail(claim: SummaryClaim, error: Problem): Promise<void>;

  /** Rows whose worker is gone or whose job seems lost, of every owner. */
  abstract listStuck(overdue: { leaseMs: number; queuedMs: number }): Promise<SummaryClaim[]>;

  /** Voids every claim, and drops the intents on these messages. @returns what to dispatch for the rest. */
  abstract interrupt(
    ownerId: string,
    conversationId: string,
    goneMessageIds: string[],
  ): Promise<SummaryDispatch | undefined>;

  /** Voids every claim and intent; messages up to `excludedUntil` stay out of memory from now on. */
  abstract exclude(ownerId: string, conversationId: string, excludedUntil: string): Promise<void>;

  abstract remove(ownerId: string, conversationId: string): Promise<void>;
}
