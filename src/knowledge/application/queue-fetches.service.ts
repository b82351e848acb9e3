import { Injectable } from '@nestjs/common';
import type { Document } from '../domain/document.js';
import { DocumentQuota } from './document-quota.service.js';
import type { Queued } from './document.repository.js';
import { QueueVersions } from './queue-versions.service.js';
import { SourceRepository, type NewSourcedDocument } from './source.repository.js';

/**
 * Versions that a worker has to fetch. Their bytes count once they are there. Joins the transaction in which the
 * collection or the document is locked.
 */
@Injectable()
export class QueueFetches {
  constructor(
    private readonly sources: SourceRepository,
    private readonly quota: DocumentQuota,
    private readonly versions: QueueVersions,
  ) {}

  /** @throws AppError `quota.exceeded` */
  async insert(document: NewSourcedDocument & Queued): Promise<Document> {
    await this.quota.keepWithin(document.ownerId, () => this.sources.insert(document));
    return this.versions.send(document, 0, document.requestId);
  }

  /**
   * What has failed is taken up where it failed: bytes that are there are not fetched again.
   * @returns undefined when it has not failed
   * @throws AppError `quota.exceeded`
   */
  requeue(document: Document, requestId: string | null): Promise<Document | undefined> {
    return this.versions.requeue(document, requestId);
  }

  /**
   * A version that is ready gets a next one, one that has failed is fetched anew.
   * @throws AppError `quota.exceeded` for one that has failed, which counts again from then on
   */
  async fetchAgain(document: Document, requestId: string | null): Promise<Document> {
    const { ownerId, id, newest } = document;
    if (newest.status === 'ready') {
      const first = await this.sources.addVersion(document, requestId);
      return this.versions.send(document, first, requestId);
    }
    const dispatch = await this.quota.keepWithin(ownerId, () => this.sources.refetch(ownerId, id, requestId));
    return dispatch === undefined ? document : this.versions.send(document, dispatch, requestId);
  }
}
