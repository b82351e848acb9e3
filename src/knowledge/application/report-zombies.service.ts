import { Injectable } from '@nestjs/common';
import { Logger } from '../../platform/logging/logger.port.js';
import { ObjectStore } from '../../platform/object-storage/object-store.port.js';
import { objectsOfDocument } from '../domain/object-keys.js';
import { RemovalRepository, type StoredVersion } from './removal.repository.js';

/** Looked at in one run; the next goes on behind them, so that a large store costs no more than a small one. */
const documentsPerRun = 200;

/**
 * Finds rows whose bytes are gone: a store that was restored without its objects, or that somebody tidied up. They
 * are named in the log and left as they are, since nobody but their owner has the file, and what was indexed of them
 * can still be searched.
 */
@Injectable()
export class ReportZombies {
  private lastLookedAt: string | null = null;

  constructor(
    private readonly removals: RemovalRepository,
    private readonly objects: ObjectStore,
    private readonly logger: Logger,
  ) {}

  /** @param orphanObjects how many the same sweep has removed: one line tells of both. */
  async execute(signal: AbortSignal, orphanObjects: number): Promise<void> {
    const ids = await this.removals.listLiveDocuments(this.lastLookedAt, documentsPerRun);
    this.lastLookedAt = ids.length < documentsPerRun ? null : ids.at(-1)!;
    const missing: string[] = [];
    const versions = await this.removals.liveVersionsOf(ids);
    for (const id of ids) {
      if (signal.aborted) break;
      const own = versions.filter(({ documentId }) => documentId === id);
      missing.push(...(await this.missingOf(id, own)));
    }
    const missingObjects = missing.length;
    if (orphanObjects + missingObjects > 0)
      this.logger.warn('knowledge.swept', { orphanObjects, missingObjects });
  }

  private async missingOf(documentId: string, versions: StoredVersion[]): Promise<string[]> {
    const stored = new Set<string>();
    for await (const { key } of this.objects.list(objectsOfDocument(documentId))) stored.add(key);
    if (keysOf(versions).every((key) => stored.has(key))) return [];
    // deleted or read again since its rows were read: only what is still named is missing
    const now = new Set(keysOf(await this.removals.liveVersionsOf([documentId])));
    const missing = keysOf(versions).filter((key) => !stored.has(key) && now.has(key));
    for (const key of missing) this.logger.warn('knowledge.object-missing', { documentId, key });
    return missing;
  }
}

const keysOf = (versions: StoredVersion[]): string[] =>
  versions.flatMap(({ objectKey, textKey }) => (textKey === null ? [objectKey] : [objectKey, textKey]));
