/** A summary that applies to a path, and what the path must leave out. */
export interface PathMemory {
  /** Prose and noted facts, as they stand in the prompt; '' when nothing is condensed yet. */
  summary: string;
  /**
   * The turns that the summary condenses, in the order of the path: its first turns, after those in
   * `excludedMessageIds`. Turns that it does not name are not in the summary.
   */
  coveredMessageIds: string[];
  /** Turns that `DELETE …/memory` took out: they are in no summary, and the next answer is not to know them. */
  excludedMessageIds: string[];
}

/** What Chat asks of Summary. */
export abstract class ConversationMemory {
  /**
   * The summary that covers the longest prefix of `pathMessageIds` (root first); null when nothing is condensed
   * and nothing excluded.
   */
  abstract forPath(
    ownerId: string,
    conversationId: string,
    pathMessageIds: string[],
  ): Promise<PathMemory | null>;

  /**
   * Notes that the path to `leafId` has grown, and dispatches the summary worker when the turns not covered
   * exceed the trigger. Called inside the transaction that completes an answer or imports a history.
   */
  abstract pathHasGrown(event: {
    ownerId: string;
    conversationId: string;
    leafId: string;
    requestId: string | null;
  }): Promise<void>;

  /** Removes everything derived from these messages. Joins the deleting transaction. */
  abstract forgetMessages(ownerId: string, conversationId: string, messageIds: string[]): Promise<void>;

  /** Removes everything derived from the conversation. Joins the deleting transaction. */
  abstract forgetConversation(ownerId: string, conversationId: string): Promise<void>;
}
