import type { Document, Metadata } from '../domain/document.js';
import type { NewVersion, Queued } from './document.repository.js';
import type { Claim } from './ingestion.repository.js';

export interface NewSourcedDocument {
  id: string;
  ownerId: string;
  collectionId: string;
  title: string;
  metadata: Metadata;
  /** Normalised. */
  url: string;
  /** Until the bytes are there. */
  filename: string;
}

/** What is known of the bytes that a refresh may find unchanged; all null when there are none. */
export interface KnownContent {
  sha256: string | null;
  etag: string | null;
  lastModified: string | null;
}

/** How the bytes were found at their URL. */
export interface Sighting {
  /** Null: as it was known. */
  canonicalUrl: string | null;
  etag: string | null;
  lastModified: string | null;
}

export type FetchedVersion = NewVersion & Sighting;

/** Documents that come from URLs. Deleted ones are not there, for any of these. */
export abstract class SourceRepository {
  /** Version 1, queued, still to be fetched. */
  abstract insert(document: NewSourcedDocument & Queued): Promise<void>;

  /** The document of the collection that comes from this URL. */
  abstract findByUrl(ownerId: string, collectionId: string, url: string): Promise<Document | undefined>;

  /**
   * Adds a queued version, still to be fetched, after one that is ready: its description is carried on.
   * @returns the number of the dispatch that follows
   */
  abstract addVersion(document: Document, requestId: string | null): Promise<number>;

  /**
   * Puts the newest version, which has failed, back into the queue, to be fetched anew.
   * @returns the number of the dispatch that follows, or undefined when it has not failed (any more).
   */
  abstract refetch(ownerId: string, id: string, requestId: string | null): Promise<number | undefined>;

  /** What the version before has, when a refresh may find the claimed one to be the same. */
  abstract knownContent(claim: Claim): Promise<KnownContent>;

  /** Another document of the collection whose newest version has these bytes and has not failed. */
  abstract findTwin(claim: Claim, sha256: string): Promise<string | undefined>;

  /** The bytes are in the store. @returns false when the claim is lost. */
  abstract recordFetched(claim: Claim, fetched: FetchedVersion): Promise<boolean>;

  /**
   * Inside a transaction: the claimed version turned out to be the one before, which is the newest again.
   * @returns false when the claim is lost.
   */
  abstract withdraw(claim: Claim, seen: Sighting): Promise<boolean>;

  /** The title that the page tells, unless someone has given another than `from`. */
  abstract replaceTitle(claim: Claim, from: string, to: string): Promise<void>;
}
