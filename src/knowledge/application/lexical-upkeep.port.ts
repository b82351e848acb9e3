/** Keeps stored terms up with the tokenizer. */
export abstract class LexicalUpkeep {
  /**
   * Makes the terms of some chunks anew that an earlier version of the tokenizer made, and corrects the statistics of
   * their collection with them. Any number of workers may do so at once.
   * @param limit at most so many chunks, of one document
   * @returns how many it has looked at; 0: none is left.
   */
  abstract refresh(limit: number): Promise<number>;
}
