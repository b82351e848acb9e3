import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import type { Document } from '../domain/document.js';
import { documentNotFound } from '../domain/knowledge-errors.js';
import { DocumentDispatch } from './document-dispatch.service.js';
import { DocumentQuota } from './document-quota.service.js';
import { DocumentRepository, type NewVersion } from './document.repository.js';
import { assertRevision, type ExpectedRevision } from './expected-revision.js';
import { ReceiveFile, type IncomingFile } from './receive-file.service.js';

export interface ReplacedContent {
  document: Document;
  /** Work has started; false when the bytes are those that the document has. */
  queued: boolean;
}

/** A document's next version. The one that searches answer from stays until the new one is ready. */
@Injectable()
export class ReplaceContent {
  constructor(
    private readonly documents: DocumentRepository,
    private readonly transaction: Transaction,
    private readonly files: ReceiveFile,
    private readonly dispatch: DocumentDispatch,
    private readonly quota: DocumentQuota,
  ) {}

  /** Before any byte is read. */
  async assertReplaceable(ownerId: string, id: string, expected?: ExpectedRevision): Promise<void> {
    assertRevision((await this.get(ownerId, id)).revision, expected);
  }

  receive(id: string, file: IncomingFile): Promise<NewVersion> {
    return this.files.receive(id, file);
  }

  discard(file: NewVersion): Promise<void> {
    return this.files.discard(file);
  }

  /** @throws AppError `quota.exceeded`; the file is not kept then. */
  async accept(
    owner: { ownerId: string; id: string },
    file: NewVersion,
    requestId: string | null,
    expected?: ExpectedRevision,
  ): Promise<ReplacedContent> {
    let kept = false;
    try {
      return await this.transaction.run(async () => {
        const document = await this.documents.lock(owner.ownerId, owner.id);
        if (!document) throw documentNotFound();
        assertRevision(document.revision, expected);
        kept = document.newest.sha256 !== file.sha256;
        return this.quota.keepWithin(owner.ownerId, () =>
          kept ? this.addVersion(document, file, requestId) : this.tryAgain(document, requestId),
        );
      });
    } catch (error) {
      kept = false;
      throw error;
    } finally {
      if (!kept) await this.files.discard(file);
    }
  }

  private async addVersion(
    document: Document,
    file: NewVersion,
    requestId: string | null,
  ): Promise<ReplacedContent> {
    const { id, ownerId, collectionId, version } = document;
    await this.documents.addVersion(document, { ...file, requestId });
    await this.dispatch.send({ documentId: id, collectionId, version: version + 1, dispatch: 0 }, requestId);
    return { document: await this.get(ownerId, id), queued: true };
  }

  /** The same bytes: nothing to do, unless reading them has failed. */
  private async tryAgain(document: Document, requestId: string | null): Promise<ReplacedContent> {
    const { id, ownerId, collectionId, version } = document;
    const dispatch = await this.documents.requeue(ownerId, id, requestId);
    if (dispatch === undefined) return { document, queued: false };
    await this.dispatch.send({ documentId: id, collectionId, version, dispatch }, requestId);
    return { document: await this.get(ownerId, id), queued: true };
  }

  private async get(ownerId: string, id: string): Promise<Document> {
    const document = await this.documents.findById(ownerId, id);
    if (!document) throw documentNotFound();
    return document;
  }
}
