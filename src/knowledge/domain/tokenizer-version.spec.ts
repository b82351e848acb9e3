import { lexicalVersion } from '../../platform/text/lexical-terms.js';
import { isOutdated } from './tokenizer-version.js';

describe('isOutdated', () => {
  it.each([
    ['ko-en-v1', 'ko-en-v2', true],
    ['ko-en-v9', 'ko-en-v10', true],
    ['ko-en-v1', 'ko-en-ja-v2', true],
    ['ko-en-v2', 'ko-en-v2', false],
    ['ko-en-v2', 'ko-en-v1', false],
  ])('%s under %s: %s', (stored, current, expected) => expect(isOutdated(stored, current)).toBe(expected));

  it('can tell the version in use', () => {
    expect(isOutdated('any-v0', lexicalVersion)).toBe(true);
    expect(() => isOutdated('nameless', lexicalVersion)).toThrow('does not end in a number');
  });
});
