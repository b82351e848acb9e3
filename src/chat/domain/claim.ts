import { splitSentences } from '../../shared/sentences.js';

const wordsIn = (text: string): number =>
  text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

/** Markdown around the words, which says nothing of its own. */
const plain = (text: string): string =>
  text
    .replace(/^[ \t]*(?:(?:[-+*>]|#{1,6}|\d{1,3}[.)])[ \t]+)+/, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*`|]+/g, ' ')
    .replace(/(^|[^\p{L}\p{N}])_+|_+(?![\p{L}\p{N}_])/gu, '$1')
    .replace(/\s+/g, ' ')
    .trim();

/**
 * What a mark at the end of `text` claims: the sentence that it closes, or of that sentence what follows the mark
 * before it (`A is 5 [1] and B is 7 [2]` makes two claims). Empty when there is none.
 * @param lastMarkAt where in `text` the mark before stood; negative for none.
 */
export const claimBefore = (text: string, lastMarkAt: number): string => {
  const end = text.trimEnd().length;
  const lineStart = text.lastIndexOf('\n', end - 1) + 1;
  const sentence = splitSentences(text.slice(lineStart, end)).at(-1);
  if (!sentence) return '';
  const start = lineStart + sentence.start;
  const sinceMark = text.slice(Math.max(start, lastMarkAt), end);
  return plain(lastMarkAt > start && wordsIn(sinceMark) >= 2 ? sinceMark : text.slice(start, end));
};
