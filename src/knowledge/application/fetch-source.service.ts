import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import { crashPoint } from '../../shared/crash-point.js';
import { duplicateContent } from '../domain/fetch-errors.js';
import { titleOfUrl } from '../domain/page-address.js';
import { ClaimLost } from './claim-lease.js';
import { CollectionRepository } from './collection.repository.js';
import { DocumentQuota } from './document-quota.service.js';
import { DownloadPage } from './download-page.service.js';
import type { Claim, StoredClaim } from './ingestion.repository.js';
import { SourceRepository, type FetchedVersion, type KnownContent } from './source.repository.js';

/** The first step of a version that comes from a URL: its bytes. What a lost attempt has stored is left to the sweep. */
@Injectable()
export class FetchSource {
  constructor(
    private readonly pages: DownloadPage,
    private readonly sources: SourceRepository,
    private readonly collections: CollectionRepository,
    private readonly transaction: Transaction,
    private readonly quota: DocumentQuota,
  ) {}

  /**
   * @returns null when a refresh has found nothing new: the version is gone, the one before is the newest again.
   * @throws ClaimLost, or AppError with the reason for the document's owner (`quota.exceeded` is one: only now is the
   *   size known)
   */
  async fetch(claim: Claim, url: string, signal: AbortSignal): Promise<StoredClaim | null> {
    const known = await this.sources.knownContent(claim);
    crashPoint('knowledge.before-fetch');
    const { seen, file } = await this.pages.download({ url, documentId: claim.documentId, known }, signal);
    crashPoint('knowledge.after-fetch');
    if (file && file.sha256 !== known.sha256) return this.keep(claim, file, known);
    if (file) await this.pages.discard(file);
    if (!(await this.transaction.run(() => this.sources.withdraw(claim, seen)))) throw new ClaimLost();
    return null;
  }

  /** A page's own title in place of its address, unless someone has given the document another. */
  async adoptTitle(claim: Claim, title: string | null): Promise<void> {
    const clean = title
      ?.replace(/[\p{Cc}\s]+/gu, ' ')
      .trim()
      .slice(0, 500);
    if (claim.sourceUrl !== null && clean) {
      await this.sources.replaceTitle(claim, titleOfUrl(claim.sourceUrl), clean);
    }
  }

  private async keep(claim: Claim, file: FetchedVersion, known: KnownContent): Promise<StoredClaim> {
    let kept = false;
    try {
      await this.transaction.run(async () => {
        if (known.sha256 === null) await this.assertNew(claim, file.sha256);
        kept = await this.quota.keepWithin(claim.ownerId, () => this.sources.recordFetched(claim, file));
      });
    } catch (error) {
      kept = false;
      throw error;
    } finally {
      if (!kept) await this.pages.discard(file);
    }
    if (!kept) throw new ClaimLost();
    const { filename, mimeType, sizeBytes, objectKey } = file;
    return { ...claim, filename, mimeType, sizeBytes, objectKey };
  }

  /** The lock makes everything that brings the same bytes into the collection take turns. */
  private async assertNew(claim: Claim, sha256: string): Promise<void> {
    if (!(await this.collections.lock(claim.ownerId, claim.collectionId))) throw new ClaimLost();
    const twin = await this.sources.findTwin(claim, sha256);
    if (twin !== undefined) throw duplicateContent(twin);
  }
}
