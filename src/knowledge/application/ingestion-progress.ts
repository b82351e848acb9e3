import type { DocumentStatus } from '../domain/document.js';
import { ClaimLost, type ClaimLease } from './claim-lease.js';
import type { DocumentDispatch } from './document-dispatch.service.js';
import type { Claim, IngestionRepository } from './ingestion.repository.js';

const writeEveryMs = 250;

/** Writes how far the ingestion is, seldom enough not to be the work itself, and tells those who watch. */
export class IngestionProgress {
  private writing: Promise<void> = Promise.resolve();
  private lastWrittenAt = 0;
  private lastPercent = 0;

  constructor(
    private readonly ingestion: IngestionRepository,
    private readonly dispatch: DocumentDispatch,
    private readonly claim: Claim,
    private readonly lease: ClaimLease,
  ) {}

  /** A new stage is always written. @throws ClaimLost */
  async enter(status: DocumentStatus, percent: number): Promise<void> {
    await this.writing;
    await this.write(status, percent);
  }

  /** Written in the background, and left out when the last one was a moment ago. */
  note(status: DocumentStatus, percent: number): void {
    if (percent <= this.lastPercent || Date.now() - this.lastWrittenAt < writeEveryMs) return;
    this.lastWrittenAt = Date.now();
    this.writing = this.writing.then(() => this.write(status, percent)).catch(() => this.lease.lose());
  }

  private async write(status: DocumentStatus, percent: number): Promise<void> {
    this.lease.assertHeld();
    this.lastWrittenAt = Date.now();
    this.lastPercent = percent;
    if (!(await this.ingestion.advance(this.claim, status, percent))) {
      this.lease.lose();
      throw new ClaimLost();
    }
    await this.dispatch.notify(this.claim.documentId, this.claim.collectionId);
  }
}
