import { createRequire } from 'node:module';
import { Injectable } from '@nestjs/common';
import { GenerationalCache } from '../text/generational-cache.js';
import { TokenCounter } from './token-counter.port.js';

interface Encoding {
  countTokens(text: string, options: { disallowedSpecial: Set<string> }): number;
  clearMergeCache(): void;
}

/** Text that names a special token (`<|endoftext|>`) is text; the package would throw otherwise. */
const asText = { disallowedSpecial: new Set<string>() };

/** Merging is quadratic in an unbroken run: none may be longer. Costs at most a token or two a cut. */
const longestRun = 128;
const unbrokenRun = new RegExp(`[^\\s]{${longestRun}}|\\s{${longestRun}}`, 'gu');
/** A text is counted in pieces of this many units, so that truncating stops early. */
const pieceLength = 2_048;

interface Loaded extends Encoding {
  /** What the encoding cuts a text into before it merges: tokens never reach over. */
  words: RegExp;
}

let encoding: Loaded | undefined;

const load = (): Loaded => {
  const fromPackage = createRequire(import.meta.url);
  const base = fromPackage('gpt-tokenizer/cjs/encoding/o200k_base') as Encoding;
  const { O200K_TOKEN_SPLIT_REGEX: words } = fromPackage('gpt-tokenizer/cjs/encodingParams/constants') as {
    O200K_TOKEN_SPLIT_REGEX: RegExp;
  };
  return { ...base, words };
};

/** 350 ms and 40 MB, so at first use; synchronously, because counting is. */
const loaded = (): Loaded => (encoding ??= load());

/**
 * The package keeps the words that it has merged, 100,000 of them, and from then on looks for the oldest at every new
 * one, past all that it has deleted: a process that has seen so many words counts a hundred times slower for ever.
 * A word has two units at least, so after so much text it cannot be full yet; beginning again costs 3 %.
 */
const unitsPerCache = 200_000;
let unitsCached = 0;

const countWord = (word: string): number => {
  unitsCached += word.length;
  if (unitsCached > unitsPerCache) {
    loaded().clearMergeCache();
    unitsCached = word.length;
  }
  return loaded().countTokens(word, asText);
};

/** Chunking counts every word several times, and texts repeat theirs. */
const counts = new GenerationalCache<number>(20_000);
/** Of a longer slice V8 makes a view, which would keep the whole text. */
const longestCached = 12;

const count = (text: string): number => {
  let tokens = 0;
  for (const word of text.match(loaded().words) ?? [])
    tokens += word.length <= longestCached ? counts.getOrCompute(word, countWord) : countWord(word);
  return tokens;
};

const isInsidePair = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return at > 0 && code >= 0xdc00 && code <= 0xdfff;
};

/** Cut before white space where there is some near: that is where the encoding itself begins a new piece. */
const pieceEnd = (text: string, start: number): number => {
  const end = start + pieceLength;
  if (end >= text.length) return text.length;
  for (let at = end; at > end - 256; at--) if (/\s/.test(text[at]!) && !/\s/.test(text[at - 1]!)) return at;
  return isInsidePair(text, end) ? end - 1 : end;
};

/** A piece in parts of which none has an unbroken run longer than the bound. */
export function* withoutLongRuns(piece: string): Generator<string> {
  let at = 0;
  for (const { index, 0: run } of piece.matchAll(unbrokenRun)) {
    yield piece.slice(at, index + run.length);
    at = index + run.length;
  }
  if (at < piece.length) yield piece.slice(at);
}

/** Looks at the ends of stretches of that length alone, and back from there to where the run began. */
const hasLongRun = (piece: string): boolean => {
  for (let end = longestRun - 1; end < piece.length;) {
    const isSpace = /\s/.test(piece[end]!);
    let start = end;
    while (end - start < longestRun && /\s/.test(piece[start]!) === isSpace) start--;
    if (end - start >= longestRun) return true;
    end = start + longestRun;
  }
  return false;
};

const countPiece = (piece: string): number => {
  if (!hasLongRun(piece)) return count(piece);
  let tokens = 0;
  for (const part of withoutLongRuns(piece)) tokens += count(part);
  return tokens;
};

/** Counts by o200k_base, the encoding of OpenAI's current models. */
@Injectable()
export class O200kTokenCounter extends TokenCounter {
  count(text: string): number {
    return countTokens(text);
  }

  truncate(text: string, maxTokens: number): string {
    let prefix = this.prefixOf(text, maxTokens);
    // cut elsewhere, the same text may come to a token more
    while (prefix !== '' && countTokens(prefix) > maxTokens) {
      const end = prefix.length - 1;
      prefix = prefix.slice(0, isInsidePair(prefix, end) ? end - 1 : end);
    }
    return prefix;
  }

  private prefixOf(text: string, maxTokens: number): string {
    let tokens = 0;
    for (let start = 0; start < text.length;) {
      const end = pieceEnd(text, start);
      const piece = countPiece(text.slice(start, end));
      if (tokens + piece > maxTokens)
        return text.slice(0, this.cutWithin(text, start, end, maxTokens - tokens));
      tokens += piece;
      start = end;
    }
    return text;
  }

  /** The largest end in [start, end) whose slice from `start` has at most `maxTokens` tokens. */
  private cutWithin(text: string, start: number, end: number, maxTokens: number): number {
    let low = start;
    let high = end;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (countPiece(text.slice(start, middle)) <= maxTokens) low = middle;
      else high = middle - 1;
    }
    return isInsidePair(text, low) ? low - 1 : low;
  }
}

/** The number of o200k_base tokens of a text; exact but for a token or two at cuts of long unbroken runs. */
export const countTokens = (text: string): number => {
  let tokens = 0;
  for (let start = 0; start < text.length;) {
    const end = pieceEnd(text, start);
    tokens += countPiece(text.slice(start, end));
    start = end;
  }
  return tokens;
};
