import type { ReindexCounts } from '../domain/reindex.js';

export interface ReindexRun {
  id: string;
  collectionId: string;
  ownerId: string;
  /** That embeds from now on. */
  model: string;
}

export interface QueuedVersion {
  documentId: string;
  version: number;
}

export interface CollectionRef {
  ownerId: string;
  collectionId: string;
}

export abstract class ReindexRepository {
  /** Collections of all owners that are of another model, or have a searchable document without vectors of this one. */
  abstract listOfOtherModels(model: string): Promise<CollectionRef[]>;

  /** In the place of the collection's last run; the collection takes on the model. */
  abstract start(run: ReindexRun): Promise<void>;

  abstract find(ownerId: string, collectionId: string): Promise<(ReindexRun & ReindexCounts) | undefined>;

  /** Runs of all owners that have documents left to queue, oldest first. */
  abstract listUnfinished(): Promise<ReindexRun[]>;

  /**
   * Inside a transaction: adds a version of the same bytes to the next documents that have an index, until `window`
   * versions of the run wait or are in work. Nothing while another worker is at it.
   */
  abstract queueNext(run: ReindexRun, window: number): Promise<QueuedVersion[]>;
}
