import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import { newId } from '../../shared/ids.js';
import { RemoveDerivedService } from './remove-derived.service.js';
import { SummaryQueueService } from './summary-queue.service.js';
import { SummaryWorkRepository } from './summary-work.repository.js';
import { TranscriptSource } from './transcript-source.port.js';

@Injectable()
export class ForgetMemoryService {
  constructor(
    private readonly transcripts: TranscriptSource,
    private readonly derived: RemoveDerivedService,
    private readonly work: SummaryWorkRepository,
    private readonly queue: SummaryQueueService,
    private readonly transaction: Transaction,
  ) {}

  /** Removes everything derived on every branch; the turns until now stay out of memory until the next request. */
  async forgetUntilNow(ownerId: string, conversationId: string): Promise<void> {
    // Answers "not found" for what does not exist or belongs to someone else.
    await this.transcripts.path(ownerId, conversationId, null);
    await this.transaction.run(async () => {
      await this.work.exclude(ownerId, conversationId, newId());
      await this.derived.ofConversation(ownerId, conversationId);
    });
  }

  async forgetMessages(ownerId: string, conversationId: string, messageIds: string[]): Promise<void> {
    await this.transaction.run(async () => {
      await this.queue.interrupt(ownerId, conversationId, messageIds);
      await this.derived.ofMessages(ownerId, conversationId, messageIds);
    });
  }

  async forgetConversation(ownerId: string, conversationId: string): Promise<void> {
    await this.transaction.run(async () => {
      await this.work.remove(ownerId, conversationId);
      await this.derived.ofConversation(ownerId, conversationId);
    });
  }
}
