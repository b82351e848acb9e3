import type { Page, PageRequest } from '../../shared/page.js';
import type { Conversation } from '../domain/conversation.js';

export type ConversationChange = Partial<
  Pick<Conversation, 'title' | 'collectionIds' | 'systemPrompt' | 'activeMessageId'>
>;

/** Every method joins the open transaction. */
export abstract class ConversationRepository {
  abstract insert(
    conversation: Pick<Conversation, 'id' | 'ownerId' | 'title' | 'collectionIds' | 'systemPrompt'>,
  ): Promise<Conversation>;

  abstract findById(ownerId: string, id: string): Promise<Conversation | undefined>;

  /** As `findById`, and nobody else changes it or its tree until the transaction ends. */
  abstract findForChange(ownerId: string, id: string): Promise<Conversation | undefined>;

  /** Newest first. */
  abstract page(ownerId: string, request: PageRequest): Promise<Page<Conversation>>;

  /** Changes what is given (null is a value) and `updatedAt`. */
  abstract update(ownerId: string, id: string, change: ConversationChange): Promise<Conversation>;

  /** Its messages must be gone. */
  abstract remove(ownerId: string, id: string): Promise<void>;
}
