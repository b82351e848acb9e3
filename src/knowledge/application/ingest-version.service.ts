import { Injectable } from '@nestjs/common';
import { crashPoint } from '../../shared/crash-point.js';
import { textKey } from '../domain/object-keys.js';
import type { ProgressCounts } from '../domain/progress-counts.js';
import { embedding, extracting, indexing } from '../domain/stage-progress.js';
import { ClaimLost, type ClaimLease } from './claim-lease.js';
import { DocumentDispatch } from './document-dispatch.service.js';
import { FetchSource } from './fetch-source.service.js';
import { IndexVersion } from './index-version.service.js';
import { IngestionProgress } from './ingestion-progress.js';
import { IngestionRepository, type Claim, type StoredClaim } from './ingestion.repository.js';
import { ReadFile } from './read-file.service.js';

/**
 * The steps of one claimed version: fetch (only from a URL), extract, embed, index. Superseded versions keep their
 * text, bytes and chunks until the document goes, since a stored citation may name them; the price is their storage.
 */
@Injectable()
export class IngestVersion {
  constructor(
    private readonly ingestion: IngestionRepository,
    private readonly source: FetchSource,
    private readonly files: ReadFile,
    private readonly index: IndexVersion,
    private readonly dispatch: DocumentDispatch,
  ) {}

  async ingest(claim: Claim, lease: ClaimLease): Promise<void> {
    const progress = new IngestionProgress(this.ingestion, this.dispatch, claim, lease);
    await progress.enter(extracting(null));
    if (claim.epoch > 1) await this.index.discard(claim);
    const stored = isStored(claim) ? claim : await this.fetch(claim, lease.signal);
    if (stored) await this.read(stored, lease, progress);
    else await this.dispatch.notify(claim.documentId, claim.collectionId);
  }

  /** @returns null when a refresh has found nothing new. */
  private async fetch(claim: Claim, signal: AbortSignal): Promise<StoredClaim | null> {
    if (claim.sourceUrl === null) throw new Error('A version without bytes comes from nowhere.');
    return this.source.fetch(claim, claim.sourceUrl, signal);
  }

  private async read(claim: StoredClaim, lease: ClaimLease, progress: IngestionProgress): Promise<void> {
    const { signal } = lease;
    // Those who wait for what a refresh finds are told.
    if (claim.sourceUrl !== null) await progress.enter(extracting(null));
    const key = textKey(claim.documentId, claim.version, claim.epoch);
    const onProgress = (counts: ProgressCounts): void => {
      crashPoint('knowledge.mid-extraction');
      progress.note(extracting(counts));
    };
    const { chunks, title } = await this.files.read(claim, key, { onProgress, signal });
    await progress.enter(embedding(0, chunks.length));
    if (!(await this.ingestion.setText(claim, key))) {
      await this.files.discardText(key);
      throw new ClaimLost();
    }
    if (claim.epoch > 1) await this.files.discardEarlierTexts(claim);
    await this.source.adoptTitle(claim, title);

    // The last batch is told of by the next stage.
    const onWritten = (done: number): void => {
      if (done < chunks.length) progress.note(embedding(done, chunks.length));
    };
    await this.index.write(claim, chunks, { onWritten, signal });
    await progress.enter(indexing(chunks.length));
    await this.index.publish(claim, chunks.length);
  }
}

const isStored = (claim: Claim): claim is StoredClaim => claim.objectKey !== null && claim.mimeType !== null;
