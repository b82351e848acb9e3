import type { LedgerEntry } from '../domain/ledger.js';

/** The condensed beginning of every path that runs through its last message. */
export interface StoredSummary {
  /** In the order of the path; never empty. */
  coveredMessageIds: string[];
  /** Tokens of the covered messages in full. */
  coveredTokens: number;
  summary: string;
  ledger: LedgerEntry[];
  /** Made while messages up to this id stayed out of memory. */
  excludedUntil: string | null;
  /** Name of the summariser. */
  summariser: string;
}

/** What an answer needs of a summary: not the list of what it covers, which grows with the conversation. */
export type SummaryText = Pick<StoredSummary, 'summary' | 'ledger' | 'coveredTokens'>;

export abstract class SummaryRepository {
  /** The last message that each summary of the conversation covers. */
  abstract listEnds(ownerId: string, conversationId: string): Promise<string[]>;

  /** The summary that covers up to exactly that message. */
  abstract findEndingAt(
    ownerId: string,
    conversationId: string,
    messageId: string,
  ): Promise<SummaryText | undefined>;

  /** The summary that covers the longest prefix of the path (ids, root first). */
  abstract findLongest(
    ownerId: string,
    conversationId: string,
    pathMessageIds: string[],
  ): Promise<(StoredSummary & { createdAt: Date }) | undefined>;

  /** As `findLongest`, among the summaries made under this exclusion alone: the one that may be built upon. */
  abstract findBase(
    ownerId: string,
    conversationId: string,
    pathMessageIds: string[],
    excludedUntil: string | null,
  ): Promise<StoredSummary | undefined>;

  /** Replaces the one that covers up to the same message. */
  abstract save(ownerId: string, conversationId: string, summary: StoredSummary): Promise<void>;

  /** Keeps the newest `keep`, and of those only the ones made under this exclusion. */
  abstract prune(
    ownerId: string,
    conversationId: string,
    excludedUntil: string | null,
    keep: number,
  ): Promise<void>;

  /** @returns how many were removed. */
  abstract removeCovering(ownerId: string, conversationId: string, messageIds: string[]): Promise<number>;

  abstract removeAll(ownerId: string, conversationId: string): Promise<void>;
}
