import { byScoreThenId, type ScoredChunk } from '../domain/fusion.js';
import { expandTerms, feedbackWeight, relevanceFeedback } from '../domain/relevance-feedback.js';
import type { LexicalQuery, PassageSearch, SearchScope } from './passage-search.port.js';
import type { SearchTrace } from './search-trace.js';

export interface LexicalResult {
  /** Best first. */
  scores: ScoredChunk[];
  /** What they were scored by; null when the question has no term that any passage has. */
  query: LexicalQuery | null;
}

/** BM25, and where no passage stands out the same once more with what the best of them have in common. */
export class LexicalArm {
  constructor(
    private readonly index: PassageSearch,
    private readonly trace: SearchTrace,
  ) {}

  /** @param chunkCount searchable chunks in the scope's collections */
  async search(
    scope: SearchScope,
    query: LexicalQuery | null,
    { depth, chunkCount }: { depth: number; chunkCount: number },
  ): Promise<LexicalResult> {
    if (!query) return { scores: [], query };
    const scores = await this.trace.timeAsync('lexical', () => this.index.lexical(scope, query, depth));
    const weight = feedbackWeight(scores);
    if (weight === 0) return { scores, query };
    return this.trace.timeAsync('feedback', async () => {
      const best = scores.slice(0, relevanceFeedback.passages);
      const feedback = await this.index.feedbackTerms(scope, best, {
        limit: relevanceFeedback.terms,
        mostContaining: relevanceFeedback.mostContaining * chunkCount,
      });
      const expanded = { ...query, terms: expandTerms(query.terms, feedback, weight, chunkCount) };
      const ids = scores.map(({ id }) => id);
      const rescored = await this.index.lexicalScores(scope, expanded, ids);
      this.trace.note({ feedback: { weight, terms: feedback } });
      return { scores: rescored.toSorted(byScoreThenId), query: expanded };
    });
  }
}
