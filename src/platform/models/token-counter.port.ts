/** Counts tokens as the model would (o200k_base unless said otherwise). Linear on any input. */
export abstract class TokenCounter {
  abstract count(text: string): number;

  /** The longest prefix of `text` of at most `maxTokens` tokens, cut at a code point. */
  abstract truncate(text: string, maxTokens: number): string;
}
