import { Injectable } from '@nestjs/common';
import { collectionNotFound } from '../domain/knowledge-errors.js';
import { CollectionRepository } from './collection.repository.js';
import { DocumentRepository } from './document.repository.js';
import { KnowledgeAccess } from './knowledge-access.port.js';
import { parseFilter } from './parse-filter.js';

@Injectable()
export class KnowledgeAccessService extends KnowledgeAccess {
  constructor(
    private readonly collections: CollectionRepository,
    private readonly documents: DocumentRepository,
  ) {
    super();
  }

  async assertCollections(ownerId: string, collectionIds: string[]): Promise<void> {
    if (collectionIds.length === 0) return;
    const found = await this.collections.existing(ownerId, collectionIds);
    if (collectionIds.some((id) => !found.has(id.toLowerCase()))) throw collectionNotFound();
  }

  async visibleDocuments(ownerId: string, documentIds: string[]): Promise<Set<string>> {
    return this.documents.existing(ownerId, documentIds, 'searchable');
  }

  async existingDocuments(ownerId: string, documentIds: string[]): Promise<Set<string>> {
    return this.documents.existing(ownerId, documentIds);
  }

  assertFilter(filter: unknown): void {
    parseFilter(filter);
  }
}
