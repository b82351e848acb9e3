import { Injectable } from '@nestjs/common';
import { crashPoint } from '../../shared/crash-point.js';
import { ClaimLease, ClaimLost } from './claim-lease.js';
import { IngestVersion } from './ingest-version.service.js';
import { IngestionRepository, type Claim } from './ingestion.repository.js';
import { SettleIngestion } from './settle-ingestion.service.js';

/** One version from queued to searchable, in the hands of whoever claims it. */
@Injectable()
export class IngestDocumentService {
  constructor(
    private readonly ingestion: IngestionRepository,
    private readonly steps: IngestVersion,
    private readonly settlement: SettleIngestion,
  ) {}

  /**
   * What is due next, which need not be what the caller's job was dispatched for: there are as many jobs as versions
   * that wait, and owners take turns.
   */
  async claimNext(): Promise<Claim | undefined> {
    const claim = await this.ingestion.claimNext();
    if (claim) crashPoint('knowledge.after-claim');
    return claim;
  }

  /** @param shutdown aborts when the process must stop: the version goes back to the queue. */
  async execute(claim: Claim, shutdown: AbortSignal): Promise<void> {
    const lease = new ClaimLease(() => this.ingestion.renew(claim), shutdown);
    try {
      await this.steps.ingest(claim, lease);
    } catch (error) {
      if (lease.lost || error instanceof ClaimLost) return;
      if (shutdown.aborted) await this.settlement.handBack(claim);
      else await this.settlement.settle(claim, error);
    } finally {
      lease.release();
    }
  }
}
