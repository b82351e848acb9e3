import { Injectable } from '@nestjs/common';
import type { Document } from '../domain/document.js';
import { documentNotFound } from '../domain/knowledge-errors.js';
import { DocumentDispatch } from './document-dispatch.service.js';
import { DocumentQuota } from './document-quota.service.js';
import { DocumentRepository, type NewDocument, type NewVersion, type Queued } from './document.repository.js';

/**
 * Versions on their way to the workers, row and job together, within the owner's quota. Joins the transaction in which
 * the collection or the document is locked.
 */
@Injectable()
export class QueueVersions {
  constructor(
    private readonly documents: DocumentRepository,
    private readonly dispatch: DocumentDispatch,
    private readonly quota: DocumentQuota,
  ) {}

  /** @throws AppError `quota.exceeded` */
  async insert(document: NewDocument & Queued): Promise<Document> {
    const { id, ownerId, requestId } = document;
    await this.quota.keepWithin(ownerId, () => this.documents.insert(document));
    return this.send({ id, ownerId }, 0, requestId);
  }

  /** @throws AppError `quota.exceeded` */
  async addVersion(document: Document, version: NewVersion & Queued): Promise<Document> {
    await this.quota.keepWithin(document.ownerId, () => this.documents.addVersion(document, version));
    return this.send(document, 0, version.requestId);
  }

  /**
   * The newest version once more, which counts again from then on.
   * @returns undefined when it has not failed.
   * @throws AppError `quota.exceeded`
   */
  async requeue(document: Document, requestId: string | null): Promise<Document | undefined> {
    const { ownerId, id } = document;
    // Another upload or a reindex may be adding a version: one that is not the newest would wait for ever.
    await this.documents.lock(ownerId, id);
    const dispatch = await this.quota.keepWithin(ownerId, () =>
      this.documents.requeue(ownerId, id, requestId),
    );
    return dispatch === undefined ? undefined : this.send(document, dispatch, requestId);
  }

  /** The job of the newest version, which has just been queued with this dispatch number. */
  async send(
    { ownerId, id }: Pick<Document, 'ownerId' | 'id'>,
    dispatch: number,
    requestId: string | null,
  ): Promise<Document> {
    const document = await this.documents.findById(ownerId, id);
    if (!document) throw documentNotFound();
    const { collectionId, version } = document;
    await this.dispatch.send({ documentId: id, collectionId, version, dispatch }, requestId);
    return document;
  }
}
