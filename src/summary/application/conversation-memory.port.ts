/** A summary that applies to a path: it condenses the path's first `coveredMessageIds.length` turns. */
export interface PathMemory {
  summary: string;
  coveredMessageIds: string[];
}

/** What Chat asks of Summary. */
export abstract class ConversationMemory {
  /** The summary that covers the longest prefix of `pathMessageIds` (root first); null when there is none. */
  abstract forPath(
    ownerId: string,
    conversationId: string,
    pathMessageIds: string[],
  ): Promise<PathMemory | null>;

  /**
   * Notes that the path to `leafId` has grown, and dispatches the summary worker when the turns not covered
   * exceed the trigger. Called inside the transaction that completes an answer.
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
