import { Injectable } from '@nestjs/common';
import { lexicalTerms, lexicalVersion } from './lexical-terms.js';
import { TextWorkerPool } from './text-worker-pool.js';
import { Tokenizer } from './tokenizer.port.js';

/** Korean by garu-ko morphemes and bigrams, English by Snowball stems. */
@Injectable()
export class LexicalTokenizer extends Tokenizer {
  readonly version = lexicalVersion;

  constructor(private readonly workers: TextWorkerPool) {
    super();
  }

  terms(text: string): string[] {
    return lexicalTerms(text);
  }

  async termsOfMany(texts: string[]): Promise<string[][]> {
    return this.workers.terms(texts);
  }
}
