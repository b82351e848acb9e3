import type { Problem } from '../../shared/problem.js';
import type { LedgerEntry } from '../domain/ledger.js';
import type { SummaryStatus } from './summary-work.repository.js';

/** What a conversation's memory holds along one path, and what it saves. */
export interface Memory {
  status: SummaryStatus;
  error: Problem | null;
  /** Null for an empty conversation. */
  leafId: string | null;
  summary: string | null;
  ledger: Omit<LedgerEntry, 'role'>[];
  coversUpToMessageId: string | null;
  coveredMessageIds: string[];
  tokens: {
    /** The path's turns in full. */
    full: number;
    /** What the next answer knows of it: the summary and the turns after it. */
    context: number;
    /** 0 to 100, whole. */
    savedPercent: number;
  };
  /** When the summary or its status last changed; null before the first time. */
  updatedAt: Date | null;
}
