import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import { OutgoingHttp, OutgoingHttpError } from '../../platform/outgoing-http/outgoing-http.port.js';
import { newId } from '../../shared/ids.js';
import type { Document } from '../domain/document.js';
import { urlRefused } from '../domain/fetch-errors.js';
import { collectionNotFound } from '../domain/knowledge-errors.js';
import { filenameOfUrl, titleOfUrl } from '../domain/page-address.js';
import type { Acceptance, AddedDocument } from './add-documents.service.js';
import { CollectionRepository } from './collection.repository.js';
import { QueueFetches } from './queue-fetches.service.js';
import { SourceRepository } from './source.repository.js';

/** A document from a URL. Nothing is fetched here: that is the worker's. */
@Injectable()
export class AddUrl {
  constructor(
    private readonly http: OutgoingHttp,
    private readonly collections: CollectionRepository,
    private readonly sources: SourceRepository,
    private readonly transaction: Transaction,
    private readonly fetches: QueueFetches,
  ) {}

  /** @throws AppError `knowledge.url-refused` for what needs no name server to be refused */
  async add(url: string, terms: Omit<Acceptance, 'title'>): Promise<AddedDocument> {
    const { href } = this.check(url);
    return this.transaction.run(() => this.insertOrFind(href, terms));
  }

  private check(url: string): URL {
    try {
      return this.http.check(url);
    } catch (error) {
      throw error instanceof OutgoingHttpError ? urlRefused(error) : error;
    }
  }

  private async insertOrFind(url: string, terms: Omit<Acceptance, 'title'>): Promise<AddedDocument> {
    const { ownerId, collectionId, metadata, requestId } = terms;
    // The lock makes requests for the same URL take turns, and keeps the collection from being deleted meanwhile.
    if (!(await this.collections.lock(ownerId, collectionId))) throw collectionNotFound();
    const known = await this.sources.findByUrl(ownerId, collectionId, url);
    if (known) return this.answerKnown(known, requestId);
    const described = { title: titleOfUrl(url), filename: filenameOfUrl(url, null), metadata };
    const added = { id: newId(), ownerId, collectionId, url, requestId, ...described };
    return { document: await this.fetches.insert(added), duplicate: false, queued: true };
  }

  private async answerKnown(known: Document, requestId: string | null): Promise<AddedDocument> {
    const queued = await this.fetches.requeue(known, requestId);
    return { document: queued ?? known, duplicate: true, queued: queued !== undefined };
  }
}
