/** One script's part of a word. `after` is what stands right before it in the same word, if anything. */
export interface WordRun {
  kind: 'latin' | 'hangul' | 'ideographic' | 'other';
  text: string;
  after: 'latin' | 'digit' | null;
}

/** Normalisation sorts combining marks, which is quadratic on absurd runs of them: it sees windows only. */
const windowLength = 4_096;
const word = /[\p{L}\p{M}\p{N}_]+(?:[.,'’·\-‐‑][\p{L}\p{M}\p{N}_]+)*(?:\+\+|#)?/gu;
/** Scripts without spaces between words, indexed by characters and their pairs. */
const unspaced =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
const run = new RegExp(
  `(?<hangul>[가-힣]+)|(?<ideographic>[${unspaced}]+)|(?<latin>[\\p{Script=Latin}\\p{N}_.,'’+#\\-‐‑\\u0300-\\u036f]+)|(?<other>[^가-힣${unspaced}\\p{Script=Latin}\\p{N}_.,'’+#\\-‐‑]+)`,
  'gu',
);
/** Most words are of one script, and need no second look. */
const latinWord = /^[A-Za-z0-9]+$/;
const hangulWord = /^[가-힣]+$/;
const kinds = ['hangul', 'ideographic', 'latin', 'other'] as const;

/** Cuts before a window's last white space where there is one, never inside a surrogate pair. */
const windowEnd = (text: string, start: number): number => {
  const end = start + windowLength;
  if (end >= text.length) return text.length;
  for (let at = end; at > end - 256; at--) if (/\s/.test(text[at]!)) return at;
  const code = text.charCodeAt(end);
  return code >= 0xdc00 && code <= 0xdfff ? end - 1 : end;
};

function* windows(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const end = windowEnd(text, start);
    yield text.slice(start, end).normalize('NFKC');
    start = end;
  }
}

/** The words of `text` (NFKC, case kept for identifiers), each cut where its script changes. */
export function* wordRuns(text: string): Generator<WordRun> {
  for (const window of windows(text)) {
    for (const [found] of window.matchAll(word)) {
      if (latinWord.test(found) || hangulWord.test(found)) {
        yield { kind: found < '가' ? 'latin' : 'hangul', text: found, after: null };
        continue;
      }
      let after: WordRun['after'] = null;
      for (const match of found.matchAll(run)) {
        const kind = kinds.find((name) => match.groups?.[name] !== undefined)!;
        yield { kind, text: match[0], after };
        after = kind !== 'latin' ? null : /\p{N}$/u.test(match[0]) ? 'digit' : 'latin';
      }
    }
  }
}
