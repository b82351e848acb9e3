import type { Tokenizer } from '../../platform/text/tokenizer.port.js';
import { rankByTerms } from '../../shared/term-ranking.js';
import type { CitablePassage } from '../domain/citable-passage.js';
import type { PageText } from '../domain/message.js';
import { pagePieces } from '../domain/page-pieces.js';

/** A page of this many pieces needs no choice: the order of reading serves better. */
const fewPieces = 4;

/** The pieces of a page as passages, those that the question asks for first, then in the order of reading. */
export const pagePassages = async (
  page: PageText,
  question: string,
  tokenizer: Tokenizer,
): Promise<CitablePassage[]> => {
  const passages = pagePieces(page.text).map(({ start, end }) => ({
    source: 'page' as const,
    passageId: null,
    documentId: null,
    documentVersion: null,
    title: page.title ?? page.url,
    headings: [],
    page: null,
    context: '',
    around: [],
    text: page.text.slice(start, end),
    charStart: start,
  }));
  if (passages.length <= fewPieces) return passages;
  const terms = await tokenizer.termsOfMany(passages.map(({ text }) => text));
  const scores = rankByTerms(tokenizer.terms(question), terms);
  return passages
    .map((passage, index) => ({ passage, score: scores[index]! }))
    .toSorted((a, b) => b.score - a.score || a.passage.charStart - b.passage.charStart)
    .map(({ passage }) => passage);
};
