/**
 * Splits text into lexical terms for BM25: normalised (NFKC, lower case), Korean by morphemes with bigrams as
 * complement, English by stems, numbers and identifiers whole and in parts. Same terms for question and document.
 */
export abstract class Tokenizer {
  /** Stored beside the index, e.g. `ko-en-v1`. Terms of a lower number are made anew in the background. */
  abstract readonly version: string;

  /** Terms in order, with repeats. Each ≤ 64 characters. Linear in the length of any input. */
  abstract terms(text: string): string[];

  /** The same for many texts, in order, off the event loop: for documents. */
  abstract termsOfMany(texts: string[]): Promise<string[][]>;
}
