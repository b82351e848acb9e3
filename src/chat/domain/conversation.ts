export interface Conversation {
  id: string;
  ownerId: string;
  title: string | null;
  /** Null: all of the owner's collections. */
  collectionIds: string[] | null;
  systemPrompt: string | null;
  /** The leaf of the path that is shown and continued; null while there is none. */
  activeMessageId: string | null;
  createdAt: Date;
  updatedAt: Date;
}
