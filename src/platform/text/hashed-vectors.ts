export const hashedDimensions = 1024;

const windowLength = 4_096;
const word = /[\p{L}\p{M}\p{N}]+/gu;
/** Longer words (encoded data) say nothing by their inside. */
const longestWord = 64;

const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;

const hashOf = (text: string, start: number, end: number): number => {
  let hash = fnvOffset;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), fnvPrime);
  // FNV's low bits are weak for short inputs
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 12)) >>> 0;
};

const isHangulWord = (text: string): boolean =>
  /[가-힣\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text);

/** Calls `visit` with each feature's hash: character n-grams of a word with its edges marked. */
const visitFeatures = (text: string, visit: (hash: number) => void): void => {
  const bounded = text.length > longestWord ? text.slice(0, longestWord) : text;
  const marked = `^${bounded}$`;
  const [shortest, longest] = isHangulWord(bounded) ? [2, 3] : [3, 5];
  for (let size = shortest; size <= longest; size++) {
    for (let at = 0; at + size <= marked.length; at++) visit(hashOf(marked, at, at + size));
  }
  if (marked.length < shortest) visit(hashOf(marked, 0, marked.length));
};

function* wordsOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; start += windowLength) {
    const window = text
      .slice(start, start + windowLength)
      .normalize('NFKC')
      .toLowerCase();
    for (const [found] of window.matchAll(word)) yield found;
  }
}

const normalised = (vector: Float32Array): Float32Array => {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  // a text without words still needs a unit vector; the first axis is as good as any
  if (norm === 0) vector[0] = 1;
  else for (let at = 0; at < vector.length; at++) vector[at]! /= norm;
  return vector;
};

/**
 * The signed hashed character n-grams of a text as an L2-normalised vector. Counts are damped by their square root.
 * @param wordWeight how much a word of a query weighs; 1 where it is not given
 */
export const hashedVector = (text: string, wordWeight: (word: string) => number = () => 1): Float32Array => {
  const counts = new Map<number, number>();
  for (const found of wordsOf(text)) {
    const weight = wordWeight(found);
    visitFeatures(found, (hash) => counts.set(hash, (counts.get(hash) ?? 0) + weight));
  }
  const vector = new Float32Array(hashedDimensions);
  for (const [hash, count] of counts) {
    vector[hash % hashedDimensions]! += (hash & 0x80000000) === 0 ? Math.sqrt(count) : -Math.sqrt(count);
  }
  return normalised(vector);
};
