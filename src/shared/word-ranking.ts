import { shareWithin } from './term-overlap.js';

export interface WordFit {
  /** Weighted share of the words that the text holds, less for a text that says much else; 0 to 1. */
  score: number;
  /** Plain share of the words that the text holds, 0 to 1. */
  coverage: number;
}

/** How much a text of twice the average length loses. */
const lengthPenalty = 0.05;

/**
 * How well each text answers to the words of a question, each word given as its terms (`meaningfulTerms`). A word
 * weighs as much as it is rare among the texts, and counts once: a text that holds all of them beats one that
 * repeats one.
 */
export function rankByWords(words: string[][], texts: string[][]): WordFit[] {
  const averageLength = texts.reduce((sum, terms) => sum + terms.length, 0) / Math.max(texts.length, 1) || 1;
  const shares = texts.map((terms) => {
    const held = new Set(terms);
    return words.map((word) => shareWithin(word, held));
  });
  const weights = words.map((_, word) => {
    const containing = shares.reduce((sum, share) => sum + share[word]!, 0);
    return Math.log(1 + texts.length / (containing + 0.5));
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  return shares.map((share, index) => {
    const held = share.reduce((sum, part, word) => sum + part * weights[word]!, 0) / total;
    const length = 1 + lengthPenalty * Math.max(0, texts[index]!.length / averageLength - 1);
    return {
      score: held / length,
      coverage: share.reduce((sum, part) => sum + part, 0) / Math.max(words.length, 1),
    };
  });
}
