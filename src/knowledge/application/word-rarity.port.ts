import type { Caller } from '../../shared/caller.js';

/** How much words tell in the caller's documents. Implemented by Knowledge; used by Chat. */
export abstract class WordRarity {
  /**
   * The inverse document frequency of each word in these collections (undefined: all the caller's), the mean of its
   * terms; 0 for one that no passage has.
   */
  abstract of(caller: Caller, collectionIds: string[] | undefined, words: string[]): Promise<number[]>;
}
