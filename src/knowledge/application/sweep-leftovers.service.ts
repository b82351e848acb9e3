import { Injectable } from '@nestjs/common';
import { ObjectStore } from '../../platform/object-storage/object-store.port.js';
import { Clock } from '../../platform/time/clock.port.js';
import { allDocumentObjects } from '../domain/object-keys.js';
import { RemovalRepository } from './removal.repository.js';
import { ReportZombies } from './report-zombies.service.js';
import { RemoveDocuments } from './remove-documents.service.js';

/** The removal's own job comes first; the sweep is for what a crash left. */
const removalGraceSeconds = 60;
/** An upload stores its bytes before their row: longer than any request may take. */
const objectGraceMs = 2 * 60 * 60 * 1000;
const batchSize = 500;

/** Removes what crashes left, of deletions and of uploads that never got a row; reports rows that lost their bytes. */
@Injectable()
export class SweepLeftovers {
  constructor(
    private readonly removals: RemovalRepository,
    private readonly removal: RemoveDocuments,
    private readonly zombies: ReportZombies,
    private readonly objects: ObjectStore,
    private readonly clock: Clock,
  ) {}

  async execute(signal: AbortSignal): Promise<void> {
    await this.removal.removeDeleted({ collectionId: null, minAgeSeconds: removalGraceSeconds }, signal);
    for (const id of await this.removals.listDeletedCollections(removalGraceSeconds, batchSize)) {
      if (signal.aborted) return;
      await this.removal.removeCollection(id, signal);
    }
    await this.zombies.execute(signal, await this.removeUnreferenced(signal));
  }

  /** @returns how many there were. */
  private async removeUnreferenced(signal: AbortSignal): Promise<number> {
    const oldest = this.clock.now().getTime() - objectGraceMs;
    const batch: string[] = [];
    let removed = 0;
    for await (const { key, modifiedAt } of this.objects.list(allDocumentObjects)) {
      if (signal.aborted) return removed;
      if (modifiedAt.getTime() > oldest) continue;
      batch.push(key);
      if (batch.length === batchSize) removed += await this.removeUnless(batch.splice(0));
    }
    return batch.length > 0 ? removed + (await this.removeUnless(batch)) : removed;
  }

  private async removeUnless(keys: string[]): Promise<number> {
    const unreferenced = await this.removals.unreferencedObjects(keys);
    for (const key of unreferenced) await this.objects.remove(key);
    return unreferenced.length;
  }
}
