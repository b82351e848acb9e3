import { Injectable } from '@nestjs/common';
import { ObjectStore } from '../../platform/object-storage/object-store.port.js';
import { objectsOfDocument } from '../domain/object-keys.js';
import { ChunkIndex } from './chunk-index.port.js';
import { RemovalRepository, type DeletedDocuments } from './removal.repository.js';

const batchSize = 50;

/** Takes away what deletions left. Every step may run twice; the row goes last, so that a crash starts over. */
@Injectable()
export class RemoveDocuments {
  constructor(
    private readonly removals: RemovalRepository,
    private readonly chunks: ChunkIndex,
    private readonly objects: ObjectStore,
  ) {}

  async removeDocument(documentId: string): Promise<void> {
    const versions = await this.removals.versionsOfDeleted(documentId);
    if (versions.length === 0) return;
    for (const version of versions) await this.chunks.remove(version);
    for await (const { key } of this.objects.list(objectsOfDocument(documentId))) {
      await this.objects.remove(key);
    }
    await this.removals.forgetDocument(documentId);
  }

  async removeCollection(collectionId: string, signal: AbortSignal): Promise<void> {
    await this.removeDeleted({ collectionId, minAgeSeconds: 0 }, signal);
    if (!signal.aborted) await this.removals.forgetCollection(collectionId);
  }

  /** Every deleted document there is (of the collection, if given). An abort leaves the rest to the sweep. */
  async removeDeleted(which: DeletedDocuments, signal: AbortSignal): Promise<void> {
    let documentIds: string[];
    do {
      documentIds = await this.removals.listDeletedDocuments(which, batchSize);
      for (const documentId of documentIds) {
        if (signal.aborted) return;
        await this.removeDocument(documentId);
      }
    } while (documentIds.length === batchSize);
  }
}
