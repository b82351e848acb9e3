import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { ObjectStore, type DownloadHeaders } from '../../platform/object-storage/object-store.port.js';
import type { Page, PageRequest } from '../../shared/page.js';
import {
  isStored,
  type Document,
  type DocumentStatus,
  type DocumentVersion,
  type StoredVersion,
} from '../domain/document.js';
import { collectionNotFound, documentNotFound, versionNotFound } from '../domain/knowledge-errors.js';
import { ChunkIndex, type StoredChunk } from './chunk-index.port.js';
import { CollectionRepository } from './collection.repository.js';
import { DocumentRepository } from './document.repository.js';

/** Documents, their chunks, text and bytes. Without a version: the one that searches answer from. */
@Injectable()
export class ReadDocuments {
  constructor(
    private readonly collections: CollectionRepository,
    private readonly documents: DocumentRepository,
    private readonly chunks: ChunkIndex,
    private readonly objects: ObjectStore,
  ) {}

  async list(
    ownerId: string,
    collectionId: string,
    page: PageRequest,
    status?: DocumentStatus,
  ): Promise<Page<Document>> {
    const found = await this.collections.existing(ownerId, [collectionId]);
    if (!found.has(collectionId)) throw collectionNotFound();
    return this.documents.list(ownerId, collectionId, page, status);
  }

  async get(ownerId: string, id: string): Promise<Document> {
    const document = await this.documents.findById(ownerId, id);
    if (!document) throw documentNotFound();
    return document;
  }

  async listChunks(
    ownerId: string,
    id: string,
    page: PageRequest,
    version?: number,
  ): Promise<Page<StoredChunk>> {
    const found = await this.readable(ownerId, id, version);
    const ref = { ownerId, documentId: id, version: found.version, collectionId: found.collectionId };
    return this.chunks.listByVersion(ref, page);
  }

  /** The extracted text, UTF-8. */
  async openText(ownerId: string, id: string, version?: number): Promise<Readable> {
    const { textKey } = await this.readable(ownerId, id, version);
    if (textKey === null) throw versionNotFound();
    return this.objects.get(textKey);
  }

  /**
   * The version whose original bytes `openContent` gives: those exist before anything has been read out of them,
   * so a document that is not searchable yet answers with its newest.
   */
  async getContentVersion(ownerId: string, id: string, version?: number): Promise<StoredVersion> {
    const document = await this.get(ownerId, id);
    const found = await this.getVersion(document, version ?? document.searchableVersion ?? document.version);
    if (!isStored(found)) throw versionNotFound();
    return found;
  }

  openContent(version: StoredVersion, range?: { start: number; end: number }): Promise<Readable> {
    return this.objects.get(version.objectKey, range);
  }

  /** A link to the version's original bytes; null when they pass through here, by `openContent`. */
  contentUrl(version: StoredVersion, headers: DownloadHeaders): Promise<string | null> {
    return this.objects.downloadUrl(version.objectKey, headers);
  }

  private async readable(ownerId: string, id: string, version?: number): Promise<DocumentVersion> {
    const document = await this.get(ownerId, id);
    const wanted = version ?? document.searchableVersion;
    if (wanted === null) throw versionNotFound();
    const found = await this.getVersion(document, wanted);
    if (found.status !== 'ready') throw versionNotFound();
    return found;
  }

  private async getVersion(document: Document, version: number): Promise<DocumentVersion> {
    const found = await this.documents.findVersion(document.ownerId, document.id, version);
    if (!found) throw versionNotFound();
    return found;
  }
}
