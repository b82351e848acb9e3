import { TokenCounter } from '../../src/platform/models/token-counter.port.js';

/** One token per word: counts that a reader of a test can check by eye. */
export class WordTokenCounter extends TokenCounter {
  count(text: string): number {
    return text.split(/\s+/).filter(Boolean).length;
  }

  truncate(text: string, maxTokens: number): string {
    let end = 0;
    const words = /\s*\S+/g;
    for (let kept = 0; kept < maxTokens && words.exec(text); kept++) end = words.lastIndex;
    return text.slice(0, end);
  }
}
