import type { VersionRef } from './chunk-index.port.js';

export interface DeletedDocuments {
  /** Null: of any collection. */
  collectionId: string | null;
  /** Deleted at least this long ago. */
  minAgeSeconds: number;
}

/** Where a version's bytes and its text lie. One that is still to be fetched has neither. */
export interface StoredVersion {
  documentId: string;
  objectKey: string;
  textKey: string | null;
}

/** What deletion hid and the clean-up has still to take away. */
export abstract class RemovalRepository {
  /** Every version of a document that is marked as deleted; empty when it is gone already, or not deleted. */
  abstract versionsOfDeleted(documentId: string): Promise<VersionRef[]>;

  /** The rows of a deleted document. Objects, chunks and vectors must be gone before. */
  abstract forgetDocument(documentId: string): Promise<void>;

  /** Oldest deletion first. */
  abstract listDeletedDocuments(which: DeletedDocuments, limit: number): Promise<string[]>;

  abstract listDeletedCollections(minAgeSeconds: number, limit: number): Promise<string[]>;

  /** The row of a deleted collection, once no document is left in it. */
  abstract forgetCollection(collectionId: string): Promise<void>;

  /** Which of these object keys no version names. */
  abstract unreferencedObjects(keys: string[]): Promise<string[]>;

  /** Ids of documents that are not deleted, ascending, behind `after`. */
  abstract listLiveDocuments(after: string | null, limit: number): Promise<string[]>;

  /** Every version of those of the documents that are not deleted. */
  abstract liveVersionsOf(documentIds: string[]): Promise<StoredVersion[]>;
}
