import { Injectable } from '@nestjs/common';
import { WordRarity } from '../../knowledge/application/word-rarity.port.js';
import { Tokenizer } from '../../platform/text/tokenizer.port.js';
import type { Caller } from '../../shared/caller.js';
import type { Exchange } from '../domain/context-policy.js';
import { questionsMeant } from '../domain/follow-up.js';

export interface AskedQuestion {
  caller: Caller;
  collectionIds: string[] | undefined;
  content: string;
  /** What was said before, oldest first. */
  exchanges: Exchange[];
}

const mostCarriedWords = 5;
const longestTurn = 1_000;
const longestWord = 64;
const mostWords = 100;

/** The rarest words of the questions that a question continues, which it has not itself. */
@Injectable()
export class CarriedWords {
  constructor(
    private readonly rarity: WordRarity,
    private readonly tokenizer: Tokenizer,
  ) {}

  /** In the order of their rarity; none when no passage has any of them. */
  async of(asked: AskedQuestion): Promise<string[]> {
    const { caller, collectionIds, content, exchanges } = asked;
    const earlier = exchanges.flat().flatMap((turn) => (turn.role === 'user' ? [turn.content] : []));
    const own = new Set(this.tokenizer.terms(content));
    const candidates = [...new Set(questionsMeant(earlier).flatMap(wordsIn))].filter((word) => {
      const terms = this.tokenizer.terms(word);
      return terms.length > 0 && !terms.some((term) => own.has(term));
    });
    if (candidates.length === 0) return [];
    const rarities = await this.rarity.of(caller, collectionIds, candidates);
    return candidates
      .map((word, index) => ({ word, rarity: rarities[index]! }))
      .filter(({ rarity }) => rarity > 0)
      .toSorted((a, b) => b.rarity - a.rarity)
      .slice(0, mostCarriedWords)
      .map(({ word }) => word);
  }
}

const wordsIn = (text: string): string[] =>
  text
    .slice(0, longestTurn)
    .split(/[^\p{L}\p{N}_.+#@-]+/u)
    .map((word) => word.replace(/^[.-]+|[.-]+$/g, ''))
    .filter((word) => word !== '' && word.length <= longestWord)
    .slice(0, mostWords);
