import { Tokenizer } from '../../src/platform/text/tokenizer.port.js';

/** Terms are what stands between white space, as it is: tests choose every term themselves. */
export class WhitespaceTokenizer extends Tokenizer {
  readonly version: string = 'whitespace-v1';

  terms(text: string): string[] {
    return text.split(/\s+/u).filter((term) => term !== '');
  }

  async termsOfMany(texts: string[]): Promise<string[][]> {
    return texts.map((text) => this.terms(text));
  }
}
