import type { OwnerUsage } from '../domain/owner-quota.js';

export abstract class OwnerUsageRepository {
  /** Until the transaction ends, whoever else asks for the same owner's turn waits. */
  abstract takeTurn(ownerId: string): Promise<void>;

  abstract measure(ownerId: string): Promise<OwnerUsage>;
}
