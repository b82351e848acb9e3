import { Injectable } from '@nestjs/common';
import type { Memory } from './memory.js';
import { PathMemoryService } from './path-memory.service.js';
import { viewPath } from './path-view.js';
import { summaryText } from './summary-text.js';
import type { StoredSummary } from './summary.repository.js';
import { TranscriptSource, type Turn } from './transcript-source.port.js';
import { TurnTokens } from './turn-tokens.js';

@Injectable()
export class ReadMemoryService {
  constructor(
    private readonly transcripts: TranscriptSource,
    private readonly memory: PathMemoryService,
    private readonly tokens: TurnTokens,
  ) {}

  /** @param leafId null: along the active path. */
  async read(ownerId: string, conversationId: string, leafId: string | null): Promise<Memory> {
    const path = await this.transcripts.path(ownerId, conversationId, leafId);
    const ids = path.turns.map(({ messageId }) => messageId);
    const { stored, work, excludedUntil } = await this.memory.find(ownerId, conversationId, ids);
    return {
      status: work?.status ?? 'idle',
      error: work?.error ?? null,
      leafId: path.leafId,
      summary: stored?.summary ?? null,
      ledger: (stored?.ledger ?? []).map(({ kind, text, messageId, supersededBy }) => ({
        kind,
        text,
        messageId,
        supersededBy,
      })),
      coversUpToMessageId: stored?.coveredMessageIds.at(-1) ?? null,
      coveredMessageIds: stored?.coveredMessageIds ?? [],
      tokens: await this.measure(path.turns, stored, excludedUntil),
      updatedAt: latest(stored?.createdAt, work?.updatedAt),
    };
  }

  private async measure(
    turns: Turn[],
    stored: StoredSummary | undefined,
    excludedUntil: string | null,
  ): Promise<Memory['tokens']> {
    const { excluded, uncovered } = viewPath(turns, stored?.coveredMessageIds ?? [], excludedUntil);
    const open = await this.tokens.sum(uncovered);
    const condensed = stored ? summaryText(stored, (text) => this.tokens.ofText(text)) : '';
    // The covered turns were counted when they were condensed.
    const full = open + (await this.tokens.sum(excluded)) + (stored?.coveredTokens ?? 0);
    const context = open + this.tokens.ofText(condensed);
    const savedPercent = full === 0 ? 0 : Math.max(0, Math.round((1 - context / full) * 100));
    return { full, context, savedPercent };
  }
}

const latest = (...times: (Date | undefined)[]): Date | null =>
  times.reduce<Date | null>((last, time) => (time && (!last || time > last) ? time : last), null);
