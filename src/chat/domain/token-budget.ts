export interface TokenMeasure {
  count(text: string): number;
  truncate(text: string, maxTokens: number): string;
}

/** What is left of a prompt's tokens. */
export class TokenBudget {
  left: number;

  constructor(
    tokens: number,
    readonly measure: TokenMeasure,
  ) {
    this.left = tokens;
  }

  /** Takes the tokens of `text` if they are there. */
  take(text: string): boolean {
    const tokens = this.measure.count(text);
    if (tokens > this.left) return false;
    this.left -= tokens;
    return true;
  }
}
