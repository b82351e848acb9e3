import type { GeneratedMetadata } from '../domain/generated-metadata.js';

/** A worker's hold on the searchable version of a document. Everything it writes is conditional on the epoch. */
export interface MetadataClaim {
  ownerId: string;
  documentId: string;
  version: number;
  title: string;
  epoch: number;
  /** This one included. */
  attempts: number;
}

/** Parts of a document's text, in its order. */
export interface Excerpt {
  /** Of the chunk, from 0: a gap in the numbers is one in the text. */
  ordinal: number;
  text: string;
}

/** Documents that answer searches and of which nothing has been written, and the work on them. */
export abstract class MetadataWorkRepository {
  /**
   * Takes the document that is due next: of the owner who was served longest ago, the newest. No two workers take the
   * same. A claim holds for 2 seconds; a worker that dies loses it after that.
   * @returns undefined when nothing is due.
   */
  abstract claimNext(): Promise<MetadataClaim | undefined>;

  /** @returns false when the claim is lost: in other hands, or the document has another version or is deleted. */
  abstract renew(claim: MetadataClaim): Promise<boolean>;

  /** About `maxTokens` of the version's text: see `sampleOrdinals`. */
  abstract readExcerpts(claim: MetadataClaim, maxTokens: number): Promise<Excerpt[]>;

  /** The document's `generated` from now on. @returns false when the claim is lost. */
  abstract complete(claim: MetadataClaim, generated: GeneratedMetadata): Promise<boolean>;

  /** Due again after `delayMs`. @param reason code of the failure. @returns false when the claim is lost. */
  abstract postpone(claim: MetadataClaim, delayMs: number, reason: string): Promise<boolean>;

  /** Not due any more before the document gets another version. @returns false when the claim is lost. */
  abstract giveUp(claim: MetadataClaim, reason: string): Promise<boolean>;

  /** Due at once, the attempt uncounted (a shutdown). */
  abstract handBack(claim: MetadataClaim): Promise<void>;
}
