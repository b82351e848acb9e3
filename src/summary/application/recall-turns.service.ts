import { Injectable } from '@nestjs/common';
import { Logger } from '../../platform/logging/logger.port.js';
import { Embedder } from '../../platform/models/embedder.port.js';
import { Tokenizer } from '../../platform/text/tokenizer.port.js';
import { AppError } from '../../shared/app-error.js';
import { timeRangeOf, type TimeRange } from '../../shared/time-expressions.js';
import {
  namedSpeakers,
  rankForRecall,
  type RankedTurn,
  type RecallCandidate,
} from '../domain/recall-score.js';
import { rarestWithin, weighTerms, type WeighedTerm } from '../domain/recall-terms.js';
import { IndexTurnsService } from './index-turns.service.js';
import type { Recall, RecallRequest } from './recall.js';
import { TurnIndex, type RecallScope, type VectorOfQuestion } from './turn-index.repository.js';

/*
 * Each step looks at a bounded number of turns, whatever the length of the conversation: the rarest words choose
 * sittings, and the turns of these are scored exactly.
 */
const questionLength = 4_000;
const countedTurns = 400;
const turnsForSittings = 400;
const mostSittings = 24;
/** Sittings of a conversation that is no longer are not chosen among: all of its turns are scored. */
const scoredWhole = 800;
const sittingsOfTime = 8;
const mostOpenTurns = 200;
/** Of an average turn, at least. */
const leastTermCount = 8;

const nothing: Recall = { turns: [], fit: 0, terms: [], range: null };

/** Finds the turns of a path that matter for a question. */
@Injectable()
export class RecallTurnsService {
  constructor(
    private readonly index: TurnIndex,
    private readonly indexing: IndexTurnsService,
    private readonly tokenizer: Tokenizer,
    private readonly embedder: Embedder,
    private readonly logger: Logger,
  ) {}

  async recall(request: RecallRequest): Promise<Recall> {
    const question = request.question.slice(0, questionLength);
    const range = timeRangeOf(question, request.now);
    const scope = scopeOf(request);
    const last = scope ? await this.index.findSeat(scope.ownerId, scope.coversUpToMessageId) : undefined;
    const open = this.indexing.readTerms(last, request.openTurns.slice(-mostOpenTurns));
    const asked = await this.termsIn(question, request);
    const terms = await this.weigh(asked, scope, (last?.position ?? -1) + 1, open);
    if (terms.length === 0 && !range) return nothing;
    const isShort = last !== undefined && last.position < scoredWhole;
    const sittings = scope && !isShort ? await this.chooseSittings(scope, terms, range) : null;
    const condensed = scope ? await this.condensedTurns(scope, question, terms, sittings) : [];
    const names = terms.map(({ term }) => term);
    const candidates = [...condensed, ...open.map((turn) => candidateOf(turn, names))];
    const weights = terms.map(({ weight }) => weight);
    const termTotal = candidates.reduce((sum, { termCount }) => sum + termCount, 0);
    const averageTermCount = Math.max(leastTermCount, termTotal / Math.max(candidates.length, 1));
    const turns = rankForRecall(candidates, { text: question, weights, averageTermCount, range });
    return {
      turns,
      fit: bestFit(turns, condensed),
      terms: names,
      range,
    };
  }

  private async weigh(
    terms: string[],
    scope: RecallScope | null,
    condensedTurns: number,
    open: { terms: string[] }[],
  ): Promise<WeighedTerm[]> {
    if (terms.length === 0) return [];
    const condensed = scope
      ? await this.index.termCounts(scope.ownerId, scope.conversationId, terms, countedTurns)
      : terms.map(() => 0);
    const held = open.map((turn) => new Set(turn.terms));
    const counts = terms.map((term, at) => condensed[at]! + held.filter((turn) => turn.has(term)).length);
    return weighTerms(terms, counts, condensedTurns + open.length);
  }

  private async condensedTurns(
    scope: RecallScope,
    question: string,
    terms: WeighedTerm[],
    sittings: number[] | null,
  ): Promise<RecallCandidate[]> {
    const vector = await this.vectorOf(question, terms);
    return this.index.turnsOf(scope, sittings, { terms: terms.map(({ term }) => term), vector });
  }

  private async chooseSittings(
    scope: RecallScope,
    terms: WeighedTerm[],
    range: TimeRange | null,
  ): Promise<number[]> {
    const rarest = rarestWithin(terms, turnsForSittings);
    const names = rarest.map(({ term }) => term);
    const found = names.length > 0 ? await this.index.sittingsWith(scope, names, turnsForSittings) : [];
    const weightOf = (held: number[]): number => held.reduce((sum, at) => sum + rarest[at]!.weight, 0);
    const best = found
      .map(({ sitting, terms: held }) => ({ sitting, weight: weightOf(held) }))
      .toSorted((a, b) => b.weight - a.weight || b.sitting - a.sitting)
      .map(({ sitting }) => sitting);
    const ofTime = range ? await this.index.sittingsBetween(scope, range, sittingsOfTime) : [];
    return [...new Set([...ofTime, ...best])].slice(0, mostSittings);
  }

  /**
   * Whom the question names shows in who spoke: in what they say, people are addressed and not told about. So their
   * names are no terms.
   */
  private async termsIn(
    question: string,
    { ownerId, conversationId, openTurns }: RecallRequest,
  ): Promise<string[]> {
    const speakers = await this.index.speakers(ownerId, conversationId);
    const named = namedSpeakers(question, [...speakers, ...openTurns.map(({ name }) => name)]);
    const nameTerms = new Set([...named].flatMap((name) => this.tokenizer.terms(name)));
    return [...new Set(this.tokenizer.terms(question))].filter((term) => !nameTerms.has(term));
  }

  /** Null when the embedding service fails: words alone decide. */
  private async vectorOf(question: string, terms: WeighedTerm[]): Promise<VectorOfQuestion | null> {
    const weights = new Map(terms.map(({ term, weight }) => [term, weight]));
    try {
      const embedding = await this.embedder.embedQuery(question, (term) => weights.get(term) ?? 0);
      return { model: this.embedder.model, embedding };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.logger.warn('recall.without-vectors', { code: error.code, model: this.embedder.model, error });
      return null;
    }
  }
}

/** Of the turns that nothing else would bring: those after the summary may stand among the newest, and to ask is no answer. */
const bestFit = (ranked: RankedTurn[], condensed: RecallCandidate[]): number => {
  const telling = new Set(condensed.filter(({ asks }) => !asks).map(({ messageId }) => messageId));
  const fits = ranked.map(({ messageId, fit }) => (telling.has(messageId) ? fit : 0));
  return Math.min(1, Math.max(0, ...fits));
};

const scopeOf = ({ ownerId, conversationId, coversUpToMessageId }: RecallRequest): RecallScope | null =>
  coversUpToMessageId === null ? null : { ownerId, conversationId, coversUpToMessageId };

const candidateOf = (
  { terms, ...turn }: ReturnType<IndexTurnsService['readTerms']>[number],
  names: string[],
): RecallCandidate => ({
  ...turn,
  termCount: terms.length,
  frequencies: names.map((name) => terms.filter((term) => term === name).length),
  similarity: null,
});
