import { Injectable } from '@nestjs/common';
import { KnowledgeConfig } from '../../platform/config/knowledge.config.js';
import { Transaction } from '../../platform/database/transaction.port.js';
import { quotaExceeded } from '../domain/knowledge-errors.js';
import { excessOf, isLimited, type OwnerLimits } from '../domain/owner-quota.js';
import { OwnerUsageRepository } from './owner-usage.repository.js';

/** Keeps what an owner stores within the limits. Without limits it costs nothing. */
@Injectable()
export class DocumentQuota {
  private readonly limits: OwnerLimits;

  constructor(
    private readonly usage: OwnerUsageRepository,
    private readonly transaction: Transaction,
    { documentsPerOwner, bytesPerOwner }: KnowledgeConfig,
  ) {
    this.limits = { documents: documentsPerOwner, sizeBytes: bytesPerOwner };
  }

  /**
   * A change that adds documents or bytes; an owner's take turns, so that two cannot both take the last free place.
   * It is measured rather than foretold, and undone with its transaction when it went too far.
   * @throws AppError `quota.exceeded`
   */
  async keepWithin<T>(ownerId: string, change: () => Promise<T>): Promise<T> {
    if (!isLimited(this.limits)) return change();
    return this.transaction.run(async () => {
      await this.usage.takeTurn(ownerId);
      const before = await this.usage.measure(ownerId);
      const result = await change();
      const excess = excessOf(before, await this.usage.measure(ownerId), this.limits);
      if (excess) throw quotaExceeded(excess);
      return result;
    });
  }
}
