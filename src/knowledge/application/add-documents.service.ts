import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { Transaction } from '../../platform/database/transaction.port.js';
import { newId } from '../../shared/ids.js';
import { titleOfFilename } from '../domain/filename.js';
import type { Document, Metadata } from '../domain/document.js';
import { collectionNotFound } from '../domain/knowledge-errors.js';
import { CollectionRepository } from './collection.repository.js';
import { DocumentRepository, type NewVersion } from './document.repository.js';
import { QueueVersions } from './queue-versions.service.js';
import { ReceiveFile, type IncomingFile } from './receive-file.service.js';

/** A file whose bytes are in the store and that no row knows yet: accept it, or discard it. */
export interface ReceivedFile extends NewVersion {
  documentId: string;
}

export interface AddedDocument {
  document: Document;
  /** The same bytes were in the collection already; nothing was stored. */
  duplicate: boolean;
  /** Work has started. */
  queued: boolean;
}

export interface Acceptance {
  ownerId: string;
  collectionId: string;
  /** Defaults to the file name without its extension. */
  title?: string;
  metadata: Metadata;
  requestId: string | null;
}

/** New documents: bytes first, then the row and its job in one transaction. A crash between leaves bytes to the sweep. */
@Injectable()
export class AddDocuments {
  constructor(
    private readonly collections: CollectionRepository,
    private readonly documents: DocumentRepository,
    private readonly transaction: Transaction,
    private readonly files: ReceiveFile,
    private readonly queueing: QueueVersions,
  ) {}

  /** Before any byte is read. @throws AppError `knowledge.collection-not-found`. */
  async assertCollection(ownerId: string, collectionId: string): Promise<void> {
    const found = await this.collections.existing(ownerId, [collectionId]);
    if (!found.has(collectionId)) throw collectionNotFound();
  }

  async receive(file: IncomingFile): Promise<ReceivedFile> {
    const documentId = newId();
    return { documentId, ...(await this.files.receive(documentId, file)) };
  }

  async discard(file: ReceivedFile): Promise<void> {
    await this.files.discard(file);
  }

  /** @throws AppError `quota.exceeded`; the file is not kept then. */
  async accept(file: ReceivedFile, terms: Acceptance): Promise<AddedDocument> {
    let added: AddedDocument;
    try {
      added = await this.transaction.run(() => this.insertOrFind(file, terms));
    } catch (error) {
      await this.files.discard(file);
      throw error;
    }
    if (added.duplicate) await this.files.discard(file);
    return added;
  }

  /** A text that the client wrote instead of a file. */
  async addText(title: string, text: string, terms: Omit<Acceptance, 'title'>): Promise<AddedDocument> {
    const stream = Readable.from(text === '' ? [] : [Buffer.from(text)], { objectMode: false });
    const file = await this.receive({
      filename: `${title.slice(0, 200)}.md`,
      declaredType: 'text/markdown',
      stream,
    });
    return this.accept(file, { ...terms, title });
  }

  private async insertOrFind(file: ReceivedFile, terms: Acceptance): Promise<AddedDocument> {
    const { ownerId, collectionId } = terms;
    // The lock makes uploads of the same bytes take turns, and keeps the collection from being deleted meanwhile.
    if (!(await this.collections.lock(ownerId, collectionId))) throw collectionNotFound();
    const known = await this.documents.findByHash(ownerId, collectionId, file.sha256);
    if (known) return this.answerKnown(known, terms.requestId);
    const { documentId: id, ...version } = file;
    const { title = titleOfFilename(file.filename), metadata, requestId } = terms;
    const document = { id, ownerId, collectionId, title, metadata, requestId, ...version };
    return { document: await this.queueing.insert(document), duplicate: false, queued: true };
  }

  private async answerKnown(known: Document, requestId: string | null): Promise<AddedDocument> {
    const queued = await this.queueing.requeue(known, requestId);
    return { document: queued ?? known, duplicate: true, queued: queued !== undefined };
  }
}
