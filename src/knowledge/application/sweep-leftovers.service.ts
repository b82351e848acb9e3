import { Injectable } from '@nestjs/common';
import { ObjectStore } from '../../platform/object-storage/object-store.port.js';
import { Clock } from '../../platform/time/clock.port.js';
import { allDocumentObjects } from '../domain/object-keys.js';
import { RemovalRepository } from './removal.repository.js';
import { RemoveDocuments } from './remove-documents.service.js';

/** The removal's own job comes first; the sweep is for what a crash left. */
const removalGraceSeconds = 60;
/** An upload stores its bytes before their row: longer than any request may take. */
const objectGraceMs = 2 * 60 * 60 * 1000;
const batchSize = 500;

/** Removes what crashes left: of deletions, and of uploads that never got a row. */
@Injectable()
export class SweepLeftovers {
  constructor(
    private readonly removals: RemovalRepository,
    private readonly removal: RemoveDocuments,
    private readonly objects: ObjectStore,
    private readonly clock: Clock,
  ) {}

  async execute(signal: AbortSignal): Promise<void> {
    await this.removal.removeDeleted({ collectionId: null, minAgeSeconds: removalGraceSeconds }, signal);
    for (const id of await this.removals.listDeletedCollections(removalGraceSeconds, batchSize)) {
      if (signal.aborted) return;
      await this.removal.removeCollection(id, signal);
    }
    await this.removeUnreferenced(signal);
  }

  private async removeUnreferenced(signal: AbortSignal): Promise<void> {
    const oldest = this.clock.now().getTime() - objectGraceMs;
    const batch: string[] = [];
    for await (const { key, modifiedAt } of this.objects.list(allDocumentObjects)) {
      if (signal.aborted) return;
      if (modifiedAt.getTime() > oldest) continue;
      batch.push(key);
      if (batch.length === batchSize) await this.removeUnless(batch.splice(0));
    }
    if (batch.length > 0) await this.removeUnless(batch);
  }

  private async removeUnless(keys: string[]): Promise<void> {
    for (const key of await this.removals.unreferencedObjects(keys)) await this.objects.remove(key);
  }
}
