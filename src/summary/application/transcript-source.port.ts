/** One finished message of a conversation, as Summary reads it. */
export interface Turn {
  messageId: string;
  role: 'user' | 'assistant';
  content: string;
  /** Speaker's name in imported histories; null otherwise. */
  name: string | null;
  createdAt: Date;
}

/** What Summary needs of Chat. Chat implements it; `main/` hands it in. */
export abstract class TranscriptSource {
  /**
   * The finished turns (completed and cancelled, not failed or running) from the root to `leafId`, oldest first.
   * `leafId` null: the conversation's active leaf. `leafId` of the result is null for an empty conversation.
   * @throws AppError `chat.conversation-not-found` / `chat.message-not-found`.
   */
  abstract path(
    ownerId: string,
    conversationId: string,
    leafId: string | null,
  ): Promise<{ leafId: string | null; turns: Turn[] }>;

  /**
   * The turns at the end of the path to `leafId`, after the last of `stops.messageIds` and after every message up to
   * `stops.upTo`; at no cost for what lies before.
   */
  abstract tail(
    ownerId: string,
    leafId: string,
    stops: { messageIds: string[]; upTo: string | null },
  ): Promise<Turn[]>;
}
