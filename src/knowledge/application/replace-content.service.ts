import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import type { Document } from '../domain/document.js';
import { documentNotFound } from '../domain/knowledge-errors.js';
import { DocumentRepository, type NewVersion } from './document.repository.js';
import { assertRevision, type ExpectedRevision } from './expected-revision.js';
import { QueueVersions } from './queue-versions.service.js';
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
    private readonly queueing: QueueVersions,
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
        if (!kept) return this.tryAgain(document, requestId);
        const queued = await this.queueing.addVersion(document, { ...file, requestId });
        return { document: queued, queued: true };
      });
    } catch (error) {
      kept = false;
      throw error;
    } finally {
      if (!kept) await this.files.discard(file);
    }
  }

  /** The same bytes: nothing to do, unless reading them has failed. */
  private async tryAgain(document: Document, requestId: string | null): Promise<ReplacedContent> {
    const queued = await this.queueing.requeue(document, requestId);
    return { document: queued ?? document, queued: queued !== undefined };
  }

  private async get(ownerId: string, id: string): Promise<Document> {
    const document = await this.documents.findById(ownerId, id);
    if (!document) throw documentNotFound();
    return document;
  }
}
