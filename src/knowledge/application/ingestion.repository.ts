import type { Problem } from '../../shared/problem.js';
import type { StageProgress } from '../domain/stage-progress.js';

/** A worker's hold on one version. Everything it writes is conditional on the epoch. */
export interface Claim {
  documentId: string;
  version: number;
  ownerId: string;
  collectionId: string;
  filename: string;
  sizeBytes: number;
  /** Both null: the bytes are still to be fetched. */
  mimeType: string | null;
  objectKey: string | null;
  /** Where they are fetched from; null for what was uploaded. */
  sourceUrl: string | null;
  epoch: number;
  /** This one included. */
  attempts: number;
  /** The request that queued it last. */
  requestId: string | null;
}

/** A claim on a version whose bytes are in the store. */
export type StoredClaim = Claim & { mimeType: string; objectKey: string };

export interface StrandedVersion {
  documentId: string;
  version: number;
  ownerId: string;
  collectionId: string;
  attempts: number;
}

/** Which rows count as left behind. */
export interface StrandedAfter {
  /** A queued row that nobody took, while no worker holds any claim. */
  idleSeconds: number;
  /** A queued row that nobody took, however busy the workers are. */
  busySeconds: number;
  /** A claim that ran out this long ago. */
  expiredSeconds: number;
}

/** The worker's side of a version: claims, progress, the end, and what was left behind. */
export abstract class IngestionRepository {
  /**
   * Takes the version that is due next. Owners take turns: first who has the fewest in work, then who was served
   * longest ago; of each owner, what has waited longest. No two workers take the same.
   * @returns undefined when nothing is due.
   */
  abstract claimNext(): Promise<Claim | undefined>;

  /** @returns false when the claim is lost. */
  abstract renew(claim: Claim): Promise<boolean>;

  /** Notes the stage and renews. @returns false when the claim is lost. */
  abstract advance(claim: Claim, progress: StageProgress): Promise<boolean>;

  /** @returns false when the claim is lost. */
  abstract setText(claim: Claim, textKey: string): Promise<boolean>;

  /**
   * Inside a transaction: holds the document's and the version's row until it ends.
   * @returns the version that searches answer from now (null: none), or undefined when the claim is lost.
   */
  abstract lockForPublish(claim: Claim): Promise<{ searchableVersion: number | null } | undefined>;

  /** Ready, and searchable from the commit on. Only after `lockForPublish` in the same transaction. */
  abstract complete(claim: Claim, chunkCount: number): Promise<void>;

  /** @returns false when the claim is lost. */
  abstract fail(claim: Claim, error: Problem): Promise<boolean>;

  /**
   * Back into the queue, to be taken after `delayMs`.
   * @param uncounted the attempt was none of the document's (a shutdown)
   * @returns the number of the dispatch that follows, or undefined when the claim is lost.
   */
  abstract handBack(
    claim: Claim,
    delayMs: number,
    options?: { uncounted: boolean },
  ): Promise<number | undefined>;

  abstract listStranded(after: StrandedAfter, limit: number): Promise<StrandedVersion[]>;

  /**
   * Queues a stranded version anew, unless it has moved meanwhile; a worker that still believes in its claim
   * loses it.
   * @returns the number of the dispatch that follows, or undefined when there is nothing to do.
   */
  abstract requeueStranded(stranded: StrandedVersion, after: StrandedAfter): Promise<number | undefined>;

  /** Fails a stranded version, unless it has moved meanwhile. */
  abstract failStranded(stranded: StrandedVersion, after: StrandedAfter, error: Problem): Promise<boolean>;
}
