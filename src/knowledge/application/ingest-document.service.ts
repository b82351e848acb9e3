import { Injectable } from '@nestjs/common';
import { crashPoint } from '../../shared/crash-point.js';
import { embeddingProgress, extractionProgress } from '../domain/ingestion-policy.js';
import { textKey } from '../domain/object-keys.js';
import { ClaimLease, ClaimLost } from './claim-lease.js';
import { DocumentDispatch } from './document-dispatch.service.js';
import { IndexVersion } from './index-version.service.js';
import { IngestionProgress } from './ingestion-progress.js';
import { IngestionRepository, type Claim } from './ingestion.repository.js';
import { ReadFile } from './read-file.service.js';
import { SettleIngestion } from './settle-ingestion.service.js';

/**
 * One version from bytes to searchable. Superseded versions keep their text, bytes and chunks until the document
 * goes, since a stored citation may name them; the price is their storage.
 */
@Injectable()
export class IngestDocumentService {
  constructor(
    private readonly ingestion: IngestionRepository,
    private readonly files: ReadFile,
    private readonly index: IndexVersion,
    private readonly dispatch: DocumentDispatch,
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
    const lease = new ClaimLease(this.ingestion, claim, shutdown);
    try {
      await this.ingest(claim, lease);
    } catch (error) {
      if (lease.lost || error instanceof ClaimLost) return;
      if (shutdown.aborted) await this.settlement.handBack(claim);
      else await this.settlement.settle(claim, error);
    } finally {
      lease.release();
    }
  }

  private async ingest(claim: Claim, lease: ClaimLease): Promise<void> {
    const { signal } = lease;
    const progress = new IngestionProgress(this.ingestion, this.dispatch, claim, lease);
    await progress.enter('extracting', 0);
    if (claim.epoch > 1) await this.index.discard(claim);

    const key = textKey(claim.documentId, claim.version, claim.epoch);
    const onProgress = (percent: number): void => {
      crashPoint('knowledge.mid-extraction');
      progress.note('extracting', extractionProgress(percent));
    };
    const chunks = await this.files.read(claim, key, { onProgress, signal });
    await progress.enter('embedding', embeddingProgress(0, chunks.length));
    if (!(await this.ingestion.setText(claim, key))) {
      await this.files.discardText(key);
      throw new ClaimLost();
    }
    if (claim.epoch > 1) await this.files.discardEarlierTexts(claim);

    const onWritten = (done: number): void =>
      progress.note('embedding', embeddingProgress(done, chunks.length));
    await this.index.write(claim, chunks, { onWritten, signal });
    await progress.enter('indexing', embeddingProgress(1, 1));
    await this.index.publish(claim, chunks.length);
  }
}
