import { inverseDocumentFrequency, type WeightedTerm } from './bm25.js';
import type { ScoredChunk } from './fusion.js';

/**
 * Pseudo-relevance feedback, after the relevance model RM3 (Lavrenko and Croft 2001; Abdul-Jaleel et al. 2004): what
 * the best passages have in common joins the question. It helps a question that many passages answer in part and
 * harms one with a single clear answer, so it weighs `most × flatness ^ exponent`, the flatness being the tenth score
 * over the first. Chosen on one half of the evaluation questions and confirmed on the other (`npm run eval`).
 */
export const relevanceFeedback = {
  passages: 10,
  terms: 10,
  /** Share of all chunks; a term of more of them tells nothing. */
  mostContaining: 0.1,
  most: 0.3,
  exponent: 4,
  /** Less is not worth its two statements. */
  leastWeight: 0.01,
} as const;

/** A term of the best passages, its share in them (weighted by their scores), and how many chunks contain it. */
export interface FeedbackTerm {
  term: string;
  share: number;
  containing: number;
}

/** How much of the question's weight goes to the feedback: 0 where it is not worth having. Best first. */
export function feedbackWeight(ranked: readonly ScoredChunk[]): number {
  const first = ranked[0]?.score ?? 0;
  const last = ranked[relevanceFeedback.passages - 1]?.score ?? 0;
  if (first <= 0) return 0;
  const weight = relevanceFeedback.most * (last / first) ** relevanceFeedback.exponent;
  return weight < relevanceFeedback.leastWeight ? 0 : weight;
}

/**
 * The question with `weight` of its mass moved to the feedback's terms.
 *
 * @param chunkCount searchable chunks in all
 */
export function expandTerms(
  terms: readonly WeightedTerm[],
  feedback: readonly FeedbackTerm[],
  weight: number,
  chunkCount: number,
): WeightedTerm[] {
  const shares = feedback.reduce((sum, { share }) => sum + share, 0);
  if (shares <= 0) return [...terms];
  const idf = ({ containing }: { containing: number }): number =>
    inverseDocumentFrequency(chunkCount, containing);
  const mass = terms.reduce((sum, term) => sum + term.weight / idf(term), 0);
  const expanded = new Map(terms.map((term) => [term.term, { ...term, weight: (1 - weight) * term.weight }]));
  for (const { term, share, containing } of feedback) {
    const known = expanded.get(term) ?? { term, weight: 0, containing };
    known.weight += weight * mass * (share / shares) * idf({ containing });
    expanded.set(term, known);
  }
  return [...expanded.values()];
}
