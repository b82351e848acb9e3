import type { RerankConfig } from '../../platform/config/rerank.config.js';
import type { Logger } from '../../platform/logging/logger.port.js';
import type { Reranker } from '../../platform/models/reranker.port.js';
import { AppError } from '../../shared/app-error.js';
import type { Caller } from '../../shared/caller.js';
import { inRerankedOrder } from '../domain/reranked-order.js';
import type { Passage } from './passage.js';
import { SearchPassages, type PassageQuery, type PassageResult } from './search-passages.port.js';
import { SearchTrace } from './search-trace.js';

/**
 * The best of a search in the order that a reranking model gives them. One that fails or is late costs its order, not
 * the search: the log and the trace say so. Defects of ours still surface.
 */
export class RerankedSearch extends SearchPassages {
  constructor(
    private readonly inner: SearchPassages,
    private readonly reranker: Reranker,
    private readonly config: Pick<RerankConfig, 'candidates' | 'passageChars'>,
    private readonly logger: Logger,
  ) {
    super();
  }

  async search(caller: Caller, query: PassageQuery): Promise<PassageResult> {
    const limit = Math.max(query.limit, this.config.candidates);
    const found = await this.inner.search(caller, { ...query, limit });
    const trace = new SearchTrace(found.trace);
    const passages = await trace.timeAsync('rerank', () => this.rerank(query.query, found.passages, trace));
    const best = passages.slice(0, query.limit);
    return query.trace
      ? { passages: best, relevance: found.relevance, trace: trace.toRecord() }
      : { passages: best };
  }

  private async rerank(question: string, passages: Passage[], trace: SearchTrace): Promise<Passage[]> {
    const candidates = passages.slice(0, this.config.candidates);
    const { model } = this.reranker;
    // One alone is first whatever a model says.
    if (candidates.length < 2) return passages;
    try {
      const scores = await this.reranker.rerank(
        this.bounded(question),
        candidates.map(({ context, text }) => this.bounded(context === '' ? text : `${context}\n${text}`)),
      );
      const judged = passages.map((passage, position) => ({
        ...passage,
        scores: { ...passage.scores, rerank: scores[position] },
      }));
      trace.note({
        rerank: { model, scores: candidates.map(({ id }, position) => ({ id, score: scores[position] })) },
      });
      return inRerankedOrder(judged, scores);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.logger.warn('Passages could not be reranked; they stay as the fusion ordered them', {
        code: error.code,
        model,
        error,
      });
      trace.note({ rerank: { model, failed: error.code } });
      return passages;
    }
  }

  /** Without halves of surrogate pairs, which some servers refuse. */
  private bounded(text: string): string {
    return text.slice(0, this.config.passageChars).replaceAll(/\p{Surrogate}/gu, '\uFFFD');
  }
}
