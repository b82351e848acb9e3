import type { Page, PageRequest } from '../../shared/page.js';
import type { Document, DocumentStatus, DocumentVersion, Metadata } from '../domain/document.js';

export interface NewVersion {
  filename: string;
  mimeType: string;
  sizeBytes: number;
  sha256: string;
  objectKey: string;
}

/** For a version that is queued: the request that did it, for the logs. */
export interface Queued {
  requestId: string | null;
}

export interface NewDocument extends NewVersion {
  id: string;
  ownerId: string;
  collectionId: string;
  title: string;
  metadata: Metadata;
}

/** Deleted documents are not there, for any of these. */
export abstract class DocumentRepository {
  /** Version 1, queued. */
  abstract insert(document: NewDocument & Queued): Promise<void>;

  abstract findById(ownerId: string, id: string): Promise<Document | undefined>;

  /** Newest first; `status` is that of the newest version. */
  abstract list(
    ownerId: string,
    collectionId: string,
    page: PageRequest,
    status?: DocumentStatus,
  ): Promise<Page<Document>>;

  /** Holds the document's row until the transaction ends. */
  abstract lock(ownerId: string, id: string): Promise<Document | undefined>;

  /** The document of the collection whose newest version has these bytes. */
  abstract findByHash(ownerId: string, collectionId: string, sha256: string): Promise<Document | undefined>;

  abstract findVersion(ownerId: string, id: string, version: number): Promise<DocumentVersion | undefined>;

  /** Raises the revision. */
  abstract update(document: Pick<Document, 'id' | 'ownerId' | 'title' | 'metadata'>): Promise<void>;

  /** Adds a queued version as the newest, and fails the one before when it is still in work. */
  abstract addVersion(document: Document, version: NewVersion & Queued): Promise<void>;

  /**
   * Puts the newest version, which has failed, back into the queue with its attempts counted anew.
   * @returns the number of the dispatch that follows, or undefined when it has not failed (any more).
   */
  abstract requeue(ownerId: string, id: string, requestId: string | null): Promise<number | undefined>;

  /** Hides the document and stops the work on it: its claims are void from now on. */
  abstract markDeleted(ownerId: string, id: string): Promise<void>;

  /** Which of these ids are documents of the owner; only the searchable ones where asked. */
  abstract existing(ownerId: string, ids: string[], only?: 'searchable'): Promise<Set<string>>;
}
