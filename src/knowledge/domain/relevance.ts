import { inverseDocumentFrequency, type LexicalStatistics } from './bm25.js';

/** How near the best passages come to the question; for deciding whether to answer from them at all. */
export interface Relevance {
  /**
   * Share of the question's words, by their inverse document frequency, that one passage holds; 0 to 1. Words that no
   * passage has weigh most: a question about something else consists of them. Null: the question has no words.
   */
  coverage: number | null;
  /** Cosine of the nearest passage; null where vectors are lexical themselves, or were not asked. */
  similarity: number | null;
}

/**
 * In fewer passages than these how many have a term says little of how rare it is, while one that none has would
 * outweigh all others: nearly every term then weighs the same.
 */
const leastChunks = 100;

/** Words that ask or request, by any of their terms: whatever is asked about, no passage has to hold them. */
const asking = new Set(
  (
    '무엇 뭐 누구 어디 언제 어느 어떤 어떻 어떻게 얼마 얼마나 몇 왜 무슨 알리 알려주 설명 설명하 대하 대해 대한 좀 ' +
    'how mani much tell explain describ pleas show'
  ).split(' '),
);

/** A word of these alone has no morpheme that means something: `됩니까`, `있나요`. */
const isPairOfSyllables = (term: string): boolean => term.startsWith('~');

/** The terms of each word of a question, without those that only ask. */
export const askedWords = (question: string, terms: (text: string) => string[]): string[][] =>
  question
    .split(/\s+/)
    .map((word) => [...new Set(terms(word))])
    .filter((own) => !own.every(isPairOfSyllables) && !own.some((term) => asking.has(term)));

/**
 * By word, since one of Korean gives up to five terms and must not outweigh the others.
 *
 * @param question the terms of each word
 * @param passages the terms of each
 */
export function coverageOf(
  question: readonly (readonly string[])[],
  passages: readonly (readonly string[])[],
  { chunkCount, containing }: LexicalStatistics,
): number | null {
  const chunks = Math.max(chunkCount, leastChunks);
  const idf = (term: string): number => inverseDocumentFrequency(chunks, containing.get(term) ?? 0);
  const weightOf = (terms: readonly string[], of: number): number =>
    terms.reduce((sum, term) => sum + idf(term), 0) / of;
  const total = question.reduce((sum, word) => sum + weightOf(word, word.length), 0);
  if (total === 0) return null;
  const covered = passages.map((terms) => {
    const held = new Set(terms);
    return question.reduce(
      (sum, word) =>
        sum +
        weightOf(
          word.filter((term) => held.has(term)),
          word.length,
        ),
      0,
    );
  });
  return Math.max(0, ...covered) / total;
}
