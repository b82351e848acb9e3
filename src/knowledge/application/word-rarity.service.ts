import { Injectable } from '@nestjs/common';
import { Tokenizer } from '../../platform/text/tokenizer.port.js';
import type { Caller } from '../../shared/caller.js';
import { inverseDocumentFrequency } from '../domain/bm25.js';
import { PassageSearch } from './passage-search.port.js';
import { WordRarity } from './word-rarity.port.js';

@Injectable()
export class WordRarityService extends WordRarity {
  constructor(
    private readonly index: PassageSearch,
    private readonly tokenizer: Tokenizer,
  ) {
    super();
  }

  async of({ ownerId }: Caller, collectionIds: string[] | undefined, words: string[]): Promise<number[]> {
    const terms = words.map((word) => this.tokenizer.terms(word));
    const known = await this.index.listCollections(ownerId, collectionIds);
    const { chunkCount, containing } = await this.index.statistics(ownerId, known, [
      ...new Set(terms.flat()),
    ]);
    return terms.map((own) => {
      const held = own.flatMap((term) => containing.get(term) ?? []);
      const sum = held.reduce((total, count) => total + inverseDocumentFrequency(chunkCount, count), 0);
      return held.length === 0 ? 0 : sum / held.length;
    });
  }
}
