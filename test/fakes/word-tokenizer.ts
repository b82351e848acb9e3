import { Tokenizer } from '../../src/platform/text/tokenizer.port.js';

/** Lower-cased runs of letters and digits. */
export class WordTokenizer extends Tokenizer {
  readonly version = 'words-v1';

  terms(text: string): string[] {
    return text.toLowerCase().match(/[\p{L}\p{N}]{1,64}/gu) ?? [];
  }

  async termsOfMany(texts: string[]): Promise<string[][]> {
    return texts.map((text) => this.terms(text));
  }
}
