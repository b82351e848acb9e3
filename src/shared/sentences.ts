import { textBlocks, type TextRange } from './text-blocks.js';

/** Never ends a sentence: a name or a number follows. */
const titles = new Set(
  'mr mrs ms dr prof rev gen capt sgt st mt vs cf al approx ca e.g i.e eg ie fig figs eq eqs ref refs vol'.split(
    ' ',
  ),
);
/** Abbreviations only before a number; otherwise ordinary words. */
const beforeNumber = new Set(
  'no nos art p pp sec ch par para jan feb mar apr jun jul aug sep sept oct nov dec'.split(' '),
);
const longestAbbreviation = 8;
/** As Korean documents write dates: `2024. 3. 15.` */
const dottedDate = /\d{4}\. ?\d{1,2}\. ?\d{1,2}$/;

const isTerminator = (char: string): boolean => '.!?…。！？．'.includes(char);
const isFullWidthTerminator = (char: string): boolean => '。！？．'.includes(char);
const closers = new Set('"\'”’)]}»」』】》〉）*_`');
const isSpace = (char: string | undefined): boolean => char !== undefined && /\s/.test(char);
const isDigit = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '9';
const isHangul = (char: string | undefined): boolean => char !== undefined && char >= '가' && char <= '힣';
const isLower = (char: string | undefined): boolean => char !== undefined && /\p{Ll}/u.test(char);
const isLetter = (char: string | undefined): boolean => char !== undefined && /\p{L}/u.test(char);

/** The word (dots inside included, as in `e.g`) that ends right before `end`; '' when it is too long to matter. */
const wordBefore = (text: string, from: number, end: number): string => {
  let start = end;
  while (start > from && end - start <= longestAbbreviation && /[\p{L}\p{N}.]/u.test(text[start - 1]!))
    start--;
  return end - start > longestAbbreviation ? '' : text.slice(start, end);
};

/** Whether the dot at `dot` belongs to an abbreviation, an enumerator, an initial or a date such as `2024. 3. 5.` */
const dotBelongsToWord = (
  text: string,
  sentenceStart: number,
  dot: number,
  next: string | undefined,
): boolean => {
  const word = wordBefore(text, sentenceStart, dot);
  if (word === '') return false;
  const opensSentence = dot - word.length === sentenceStart;
  if (/^\d+$/.test(word))
    return opensSentence || isDigit(next) || dottedDate.test(text.slice(Math.max(0, dot - 14), dot));
  if (opensSentence && word.length === 1) return true;
  if (/^\p{Lu}$/u.test(word)) return true;
  const lower = word.toLowerCase();
  return titles.has(lower) || (beforeNumber.has(lower) && isDigit(next));
};

const followsWithoutSpace = (text: string, dot: number, next: string | undefined): boolean =>
  text[dot] === '.' && '다요까죠'.includes(text[dot - 1] ?? ' ') && isHangul(next);

/** Where the sentence that `terminator` may close ends, or -1 when it goes on. `after`: past marks and closers. */
const boundaryAt = (
  text: string,
  sentenceStart: number,
  terminator: number,
  after: number,
  blockEnd: number,
): number => {
  if (after >= blockEnd) return blockEnd;
  const char = text[terminator]!;
  if (isFullWidthTerminator(char)) return after;
  if (!isSpace(text[after])) {
    return followsWithoutSpace(text, terminator, text[terminator + 1]) ? terminator + 1 : -1;
  }
  let nextAt = after;
  while (nextAt < blockEnd && isSpace(text[nextAt])) nextAt++;
  const next = text[nextAt];
  if (isLower(next)) return -1;
  const single = char === '.' && after === terminator + 1;
  return single && dotBelongsToWord(text, sentenceStart, terminator, next) ? -1 : after;
};

const trimmed = (text: string, start: number, end: number): TextRange | undefined => {
  let from = start;
  let to = end;
  while (from < to && isSpace(text[from])) from++;
  while (to > from && isSpace(text[to - 1])) to--;
  return from < to ? { start: from, end: to } : undefined;
};

const splitBlock = (text: string, block: TextRange, sentences: TextRange[]): void => {
  const push = (start: number, end: number): void => {
    const range = trimmed(text, start, end);
    if (range) sentences.push(range);
  };
  let start = trimmed(text, block.start, block.end)?.start ?? block.end;
  for (let at = start; at < block.end;) {
    if (!isTerminator(text[at]!)) {
      at++;
      continue;
    }
    let last = at;
    while (last + 1 < block.end && isTerminator(text[last + 1]!)) last++;
    let after = last + 1;
    while (after < block.end && closers.has(text[after]!)) after++;
    const hasWords = isLetter(text[at - 1]) || at > start;
    const end = hasWords ? boundaryAt(text, start, last, after, block.end) : -1;
    if (end === -1) {
      at = after;
      continue;
    }
    push(start, end);
    start = end;
    while (start < block.end && isSpace(text[start])) start++;
    at = start;
  }
  push(start, block.end);
};

/**
 * Sentences of Korean and English prose, in order, without the white space around them; together they cover every
 * other character. Decimals, abbreviations, initials, enumerators and dotted dates do not end a sentence; blank
 * lines, list items and lines ended on purpose do. Linear in the length of any input.
 */
export const splitSentences = (text: string): TextRange[] => {
  const sentences: TextRange[] = [];
  for (const block of textBlocks(text)) splitBlock(text, block, sentences);
  return sentences;
};
