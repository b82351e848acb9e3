import type { Page, PageRequest } from '../../shared/page.js';
import type { Collection, CollectionSummary } from '../domain/collection.js';

export type NewCollection = Pick<Collection, 'id' | 'ownerId' | 'name' | 'description' | 'embeddingModel'>;

/** Deleted collections are not there, for any of these. */
export abstract class CollectionRepository {
  /** @returns false when the owner has one of that name; nothing is written then. */
  abstract insert(collection: NewCollection): Promise<boolean>;

  abstract findById(ownerId: string, id: string): Promise<CollectionSummary | undefined>;

  /** Newest first. */
  abstract list(ownerId: string, page: PageRequest, name?: string): Promise<Page<CollectionSummary>>;

  /** Which of these ids are collections of the owner. */
  abstract existing(ownerId: string, ids: string[]): Promise<Set<string>>;

  /** Holds the row until the transaction ends: uploads into it, changes and its deletion take turns. */
  abstract lock(ownerId: string, id: string): Promise<Collection | undefined>;

  /** Raises the revision. @returns false when the name is taken. */
  abstract update(collection: Pick<Collection, 'id' | 'ownerId' | 'name' | 'description'>): Promise<boolean>;

  /** Hides it and every document in it, and stops the work on them. */
  abstract markDeleted(ownerId: string, id: string): Promise<void>;
}
