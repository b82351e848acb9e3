import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import { JobDispatcher } from '../../platform/queue/job-dispatcher.port.js';
import type { Document, Metadata } from '../domain/document.js';
import { documentNotFound } from '../domain/knowledge-errors.js';
import { assertMetadata, mergePatch } from '../domain/metadata.js';
import { ChunkIndex } from './chunk-index.port.js';
import { DocumentDispatch } from './document-dispatch.service.js';
import { DocumentRepository } from './document.repository.js';
import { assertRevision, type ExpectedRevision } from './expected-revision.js';
import { RemoveDocument, removeDocumentJobId } from './remove-document.job.js';

export interface DocumentPatch {
  title?: string;
  /** JSON Merge Patch; null clears all. */
  metadata?: Metadata | null;
}

@Injectable()
export class ChangeDocuments {
  constructor(
    private readonly documents: DocumentRepository,
    private readonly chunks: ChunkIndex,
    private readonly transaction: Transaction,
    private readonly dispatcher: JobDispatcher,
    private readonly dispatch: DocumentDispatch,
  ) {}

  async update(
    ownerId: string,
    id: string,
    patch: DocumentPatch,
    expected?: ExpectedRevision,
  ): Promise<Document> {
    return this.transaction.run(async () => {
      const document = await this.lock(ownerId, id, expected);
      const title = patch.title ?? document.title;
      const metadata =
        patch.metadata === undefined ? document.metadata : mergePatch(document.metadata, patch.metadata);
      assertMetadata(metadata);
      await this.documents.update({ id, ownerId, title, metadata });
      return this.get(ownerId, id);
    });
  }

  /** From the commit on no search returns it; a job takes away what it leaves. */
  async delete(
    ownerId: string,
    id: string,
    requestId: string | null,
    expected?: ExpectedRevision,
  ): Promise<void> {
    await this.transaction.run(async () => {
      const { collectionId, searchableVersion } = await this.lock(ownerId, id, expected);
      if (searchableVersion !== null) {
        await this.chunks.withdraw({ ownerId, collectionId, documentId: id, version: searchableVersion });
      }
      await this.documents.markDeleted(ownerId, id);
      await this.dispatcher.dispatch(
        RemoveDocument,
        { documentId: id, requestId },
        { jobId: removeDocumentJobId(id) },
      );
      await this.dispatch.notify(id, collectionId);
    });
  }

  private async lock(ownerId: string, id: string, expected?: ExpectedRevision): Promise<Document> {
    const document = await this.documents.lock(ownerId, id);
    if (!document) throw documentNotFound();
    assertRevision(document.revision, expected);
    return document;
  }

  private async get(ownerId: string, id: string): Promise<Document> {
    const document = await this.documents.findById(ownerId, id);
    if (!document) throw documentNotFound();
    return document;
  }
}
