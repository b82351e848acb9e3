import { Injectable } from '@nestjs/common';
import {
  SearchPassages,
  type PassageQuery,
  type PassageResult,
} from '../../knowledge/application/search-passages.port.js';
import {
  AnsweringConfig,
  leastCoverageBeforeModel,
  leastCoverageOfWords,
} from '../../platform/config/answering.config.js';
import { ChatModel } from '../../platform/models/chat-model.port.js';
import type { Caller } from '../../shared/caller.js';
import { isRelevantEnough, type RelevanceThresholds } from '../domain/relevance-policy.js';

/** A search, and whether an answer may rest on what it has found. */
@Injectable()
export class RelevantSearch {
  constructor(
    private readonly passages: SearchPassages,
    private readonly model: ChatModel,
    private readonly config: AnsweringConfig,
  ) {}

  /** @returns `abstained`: the thresholds that nothing reached. */
  async search(
    caller: Caller,
    query: PassageQuery,
  ): Promise<{ result: PassageResult; abstained: RelevanceThresholds | null }> {
    const result = await this.passages.search(caller, query);
    const thresholds = this.thresholds();
    const enough = isRelevantEnough(result.relevance ?? null, thresholds);
    return { result, abstained: enough ? null : thresholds };
  }

  private thresholds(): RelevanceThresholds {
    const { leastCoverage, leastSimilarity } = this.config;
    const calibrated = this.model.generative ? leastCoverageBeforeModel : leastCoverageOfWords;
    return { leastCoverage: leastCoverage ?? calibrated, leastSimilarity: leastSimilarity ?? null };
  }
}
