import { isWhole, type StageProgress } from '../domain/stage-progress.js';
import { ClaimLost, type ClaimLease } from './claim-lease.js';
import type { DocumentDispatch } from './document-dispatch.service.js';
import type { Claim, IngestionRepository } from './ingestion.repository.js';

const writeEveryMs = 250;

/** Writes how far the ingestion is, seldom enough not to be the work itself, and tells those who watch. */
export class IngestionProgress {
  private writing: Promise<void> = Promise.resolve();
  private lastWrittenAt = 0;

  constructor(
    private readonly ingestion: IngestionRepository,
    private readonly dispatch: DocumentDispatch,
    private readonly claim: Claim,
    private readonly lease: ClaimLease,
  ) {}

  /** A new stage is always written. @throws ClaimLost */
  async enter(progress: StageProgress): Promise<void> {
    await this.writing;
    await this.write(progress);
  }

  /** Written in the background, and left out when the last one was a moment ago, unless the stage is through. */
  note(progress: StageProgress): void {
    if (Date.now() - this.lastWrittenAt < writeEveryMs && !isWhole(progress)) return;
    this.lastWrittenAt = Date.now();
    this.writing = this.writing.then(() => this.write(progress)).catch(() => this.lease.lose());
  }

  private async write(progress: StageProgress): Promise<void> {
    this.lease.assertHeld();
    this.lastWrittenAt = Date.now();
    if (!(await this.ingestion.advance(this.claim, progress))) {
      this.lease.lose();
      throw new ClaimLost();
    }
    await this.dispatch.notify(this.claim.documentId, this.claim.collectionId);
  }
}
