import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import type { Document } from '../domain/document.js';
import { documentNotFailed, documentNotFound } from '../domain/knowledge-errors.js';
import { DocumentRepository } from './document.repository.js';
import { QueueVersions } from './queue-versions.service.js';

/** Starts over a document whose newest version has failed. */
@Injectable()
export class RetryDocument {
  constructor(
    private readonly documents: DocumentRepository,
    private readonly transaction: Transaction,
    private readonly queueing: QueueVersions,
  ) {}

  async execute(ownerId: string, id: string, requestId: string | null): Promise<Document> {
    return this.transaction.run(async () => {
      const document = await this.documents.lock(ownerId, id);
      if (!document) throw documentNotFound();
      const queued = await this.queueing.requeue(document, requestId);
      if (!queued) throw documentNotFailed();
      return queued;
    });
  }
}
