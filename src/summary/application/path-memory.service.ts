import { Injectable } from '@nestjs/common';
import { SummaryWorkRepository, type SummaryWork } from './summary-work.repository.js';
import type { MemoryEnds } from './conversation-memory.port.js';
import { SummaryRepository, type StoredSummary, type SummaryText } from './summary.repository.js';

export interface FoundMemory {
  stored: (StoredSummary & { createdAt: Date }) | undefined;
  work: SummaryWork | undefined;
  excludedUntil: string | null;
}

/** What is stored about one path. */
@Injectable()
export class PathMemoryService {
  constructor(
    private readonly summaries: SummaryRepository,
    private readonly work: SummaryWorkRepository,
  ) {}

  async endsOf(ownerId: string, conversationId: string): Promise<MemoryEnds> {
    const work = await this.work.find(ownerId, conversationId);
    // Every summary comes from work on its conversation.
    const messageIds = work ? await this.summaries.listEnds(ownerId, conversationId) : [];
    return { messageIds, excludedUntil: work?.excludedUntil ?? null };
  }

  findEndingAt(ownerId: string, conversationId: string, messageId: string): Promise<SummaryText | undefined> {
    return this.summaries.findEndingAt(ownerId, conversationId, messageId);
  }

  async find(ownerId: string, conversationId: string, pathMessageIds: string[]): Promise<FoundMemory> {
    const work = await this.work.find(ownerId, conversationId);
    // Every summary comes from work on its conversation.
    const stored = work && (await this.summaries.findLongest(ownerId, conversationId, pathMessageIds));
    return { stored, work, excludedUntil: work?.excludedUntil ?? null };
  }
}
