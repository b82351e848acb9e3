import { Injectable } from '@nestjs/common';
import { FetchConfig } from '../../platform/config/fetch.config.js';
import { Transaction } from '../../platform/database/transaction.port.js';
import { isSettled, type Document } from '../domain/document.js';
import { documentNotFound, documentNotFromUrl } from '../domain/knowledge-errors.js';
import { DocumentChanges } from './document-changes.service.js';
import { DocumentRepository } from './document.repository.js';
import { QueueFetches } from './queue-fetches.service.js';

export interface RefreshedDocument {
  document: Document;
  /** The worker looked, and what is there is what the document has. */
  unchanged: boolean;
}

/** Hints can be lost; the row is looked at this often in any case. */
const patienceMs = 1_000;

/**
 * Fetches a document anew. The worker does it, as a version of its own that it takes back when nothing has changed; the
 * request waits for that decision for a while, so that it can be told.
 */
@Injectable()
export class RefreshDocument {
  constructor(
    private readonly documents: DocumentRepository,
    private readonly transaction: Transaction,
    private readonly fetches: QueueFetches,
    private readonly changes: DocumentChanges,
    private readonly config: FetchConfig,
  ) {}

  async refresh(ownerId: string, id: string, requestId: string | null): Promise<RefreshedDocument> {
    const { collectionId } = await this.get(ownerId, id);
    const watch = await this.changes.watch({ collectionId, documentId: id });
    try {
      const before = await this.transaction.run(() => this.start(ownerId, id, requestId));
      const deadline = Date.now() + this.config.refreshWaitMs;
      for (;;) {
        const document = await this.get(ownerId, id);
        if (before === null || isDecided(document, before)) {
          return { document, unchanged: before !== null && document.version === before };
        }
        const left = deadline - Date.now();
        if (left <= 0 || !(await watch.next(Math.min(left, patienceMs))))
          return { document, unchanged: false };
      }
    } finally {
      watch.close();
    }
  }

  /** @returns the version that may turn out to be unchanged; null when there is none to compare with. */
  private async start(ownerId: string, id: string, requestId: string | null): Promise<number | null> {
    const document = await this.documents.lock(ownerId, id);
    if (!document) throw documentNotFound();
    if (document.sourceUrl === null) throw documentNotFromUrl();
    // What is in work is the newest there is: fetched already, or about to be.
    if (!isSettled(document.newest.status)) return null;
    await this.fetches.fetchAgain(document, requestId);
    return document.newest.status === 'ready' ? document.version : null;
  }

  private async get(ownerId: string, id: string): Promise<Document> {
    const document = await this.documents.findById(ownerId, id);
    if (!document) throw documentNotFound();
    return document;
  }
}

/** Taken back, fetched, failed, or overtaken by an upload. */
const isDecided = ({ version, newest }: Document, before: number): boolean =>
  version !== before + 1 || newest.objectKey !== null || isSettled(newest.status);
