import { Injectable } from '@nestjs/common';
import { SummaryConfig } from '../../platform/config/summary.config.js';
import { crashPoint } from '../../shared/crash-point.js';
import { firstBatch, reachesTrigger, splitByAge, summaryBound } from '../domain/memory-window.js';
import { viewPath } from './path-view.js';
import { SaveSummaryService } from './save-summary.service.js';
import { Summariser } from './summariser.port.js';
import type { SummaryClaim } from './summary-work.repository.js';
import { SummaryRepository, type StoredSummary } from './summary.repository.js';
import type { Turn } from './transcript-source.port.js';
import { TurnTokens } from './turn-tokens.js';

@Injectable()
export class CondensePathService {
  constructor(
    private readonly summaries: SummaryRepository,
    private readonly saving: SaveSummaryService,
    private readonly summariser: Summariser,
    private readonly tokens: TurnTokens,
    private readonly config: SummaryConfig,
  ) {}

  /**
   * Condenses the aged turns of one path, onto the longest summary that there is, in steps of bounded size. Each
   * step is saved, so that a lost worker's successor goes on from there.
   * @throws ClaimLostError
   */
  async condense(claim: SummaryClaim, turns: Turn[], forced: boolean, signal: AbortSignal): Promise<void> {
    const { ownerId, conversationId, excludedUntil } = claim;
    const ids = turns.map(({ messageId }) => messageId);
    let base = await this.summaries.findBase(ownerId, conversationId, ids, excludedUntil);
    const { uncovered } = viewPath(turns, base?.coveredMessageIds ?? [], excludedUntil);
    let aged = this.agedTurns(uncovered, forced);
    while (aged.length > 0) {
      signal.throwIfAborted();
      const batch = firstBatch(aged, this.tokensOf, this.config.inputTokens);
      base = await this.extend(base, batch, claim, signal);
      crashPoint('summary.before-commit');
      await this.saving.save(claim, base, batch, signal);
      crashPoint('summary.after-commit');
      aged = aged.slice(batch.length);
    }
  }

  private readonly tokensOf = (turn: Turn): number => this.tokens.of(turn);

  private agedTurns(uncovered: Turn[], forced: boolean): Turn[] {
    if (forced) {
      // Asked for: half of what there is, so that a short conversation gets a summary too.
      const recentTurns = Math.min(this.config.recentTurns, Math.floor(uncovered.length / 2));
      const { recentTokens } = this.config;
      return splitByAge(uncovered, this.tokensOf, { recentTurns, recentTokens }).aged;
    }
    if (!reachesTrigger(uncovered, this.tokensOf, this.config)) return [];
    return splitByAge(uncovered, this.tokensOf, this.config).aged;
  }

  private async extend(
    base: StoredSummary | undefined,
    batch: Turn[],
    claim: SummaryClaim,
    signal: AbortSignal,
  ): Promise<StoredSummary> {
    const coveredTokens = (base?.coveredTokens ?? 0) + (await this.tokens.sum(batch));
    const draft = await this.summariser.summarise({
      previous: base ? { summary: base.summary, ledger: base.ledger } : null,
      turns: batch,
      maxTokens: summaryBound(coveredTokens, this.config.maxTokens),
      signal,
    });
    return {
      coveredMessageIds: [...(base?.coveredMessageIds ?? []), ...batch.map(({ messageId }) => messageId)],
      coveredTokens,
      summary: draft.summary,
      ledger: draft.ledger,
      excludedUntil: claim.excludedUntil,
      summariser: this.summariser.name,
    };
  }
}
