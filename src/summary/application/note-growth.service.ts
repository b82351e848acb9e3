import { Injectable } from '@nestjs/common';
import { SummaryConfig } from '../../platform/config/summary.config.js';
import { reachesTrigger } from '../domain/memory-window.js';
import { PathMemoryService } from './path-memory.service.js';
import { SummaryQueueService } from './summary-queue.service.js';
import { TranscriptSource } from './transcript-source.port.js';
import { TurnTokens } from './turn-tokens.js';

@Injectable()
export class NoteGrowthService {
  constructor(
    private readonly transcripts: TranscriptSource,
    private readonly memory: PathMemoryService,
    private readonly queue: SummaryQueueService,
    private readonly tokens: TurnTokens,
    private readonly config: SummaryConfig,
  ) {}

  /** Calls the summary worker when enough turns of the path have aged. */
  async note(event: {
    ownerId: string;
    conversationId: string;
    leafId: string;
    requestId: string | null;
  }): Promise<void> {
    const { ownerId, conversationId, leafId } = event;
    const { messageIds, excludedUntil } = await this.memory.endsOf(ownerId, conversationId);
    const uncovered = await this.transcripts.tail(ownerId, leafId, { messageIds, upTo: excludedUntil });
    if (!reachesTrigger(uncovered, (turn) => this.tokens.of(turn), this.config)) return;
    await this.queue.demand({ ...event, forced: false });
  }
}
