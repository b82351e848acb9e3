import { Injectable } from '@nestjs/common';
import type { Memory } from './memory.js';
import { ReadMemoryService } from './read-memory.service.js';
import { SummaryQueueService } from './summary-queue.service.js';
import { TranscriptSource } from './transcript-source.port.js';

@Injectable()
export class RequestSummaryService {
  constructor(
    private readonly transcripts: TranscriptSource,
    private readonly queue: SummaryQueueService,
    private readonly memory: ReadMemoryService,
  ) {}

  /** Summarises now, whatever the trigger says, and takes turns that a DELETE put out of memory back in. */
  async request(
    ownerId: string,
    conversationId: string,
    leafId: string | null,
    requestId: string | null,
  ): Promise<Memory> {
    const path = await this.transcripts.path(ownerId, conversationId, leafId);
    if (path.leafId !== null) {
      await this.queue.demand({ ownerId, conversationId, leafId: path.leafId, requestId, forced: true });
    }
    return this.memory.read(ownerId, conversationId, path.leafId);
  }
}
