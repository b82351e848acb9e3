import type { Recall, RecallRequest } from './recall.js';

/** Where memory ends and the turns begin that an answer reads itself. */
export interface MemoryEnds {
  /** The last turn that each summary covers, on whatever branch of the tree. */
  messageIds: string[];
  /** Messages up to this id are not to be known to the next answer: `DELETE …/memory` took them out. */
  excludedUntil: string | null;
}

/** The summary of all turns of a path up to one. */
export interface PathMemory {
  /** Prose and noted facts, as they stand in the prompt. */
  summary: string;
  /** Of the turns that it condenses, in full. */
  coveredTokens: number;
}

/** What Chat asks of Summary. */
export abstract class ConversationMemory {
  abstract endsOf(ownerId: string, conversationId: string): Promise<MemoryEnds>;

  /** Null when no summary ends at that message. */
  abstract findEndingAt(
    ownerId: string,
    conversationId: string,
    messageId: string,
  ): Promise<PathMemory | null>;

  /** The turns of a path that matter for a question, so that the prompt may hold them in full. */
  abstract recall(request: RecallRequest): Promise<Recall>;

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
