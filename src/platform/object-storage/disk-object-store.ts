import { createHash, randomUUID } from 'node:crypto';
import { constants, createWriteStream } from 'node:fs';
import { copyFile, mkdir, open, opendir, readdir, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Transaction } from '../database/transaction.port.js';
import { assertObjectKey } from './object-key.js';
import { objectNotFound } from './object-not-found.js';
import { ObjectStore, type StoredObject } from './object-store.port.js';
import { objectTooLarge } from './object-too-large.js';

const unfinishedFolder = '.unfinished';
const unfinishedMaxAgeMs = 24 * 60 * 60 * 1000;

/**
 * Objects as files below one folder, the key as the path. Bytes are written beside the objects, synced, and
 * renamed into place, so that a reader, a crash and a second writer only ever see whole objects.
 */
export class DiskObjectStore extends ObjectStore {
  private prepared?: Promise<void>;

  constructor(
    private readonly root: string,
    private readonly transaction: Pick<Transaction, 'assertOutside'>,
  ) {
    super();
  }

  async put(key: string, source: Readable, maxBytes: number): Promise<StoredObject> {
    this.transaction.assertOutside('ObjectStore.put');
    const target = this.pathOf(key);
    const unfinished = await this.unfinishedPath();
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const measure = new Transform({
      transform(piece: Buffer, _encoding, done) {
        sizeBytes += piece.length;
        if (sizeBytes > maxBytes) return done(objectTooLarge(maxBytes));
        hash.update(piece);
        done(null, piece);
      },
    });
    try {
      await pipeline(source, measure, createWriteStream(unfinished, { flags: 'wx', flush: true }));
      await this.moveIntoPlace(unfinished, target);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
    return { sizeBytes, sha256: hash.digest('hex') };
  }

  async get(key: string, range?: { start: number; end: number }): Promise<Readable> {
    this.transaction.assertOutside('ObjectStore.get');
    // Opened before the stream is handed out, so that a missing object is an error of this call.
    const file = await open(this.pathOf(key)).catch((error: unknown) => {
      throw isMissing(error) ? objectNotFound(error) : error;
    });
    return file.createReadStream(range);
  }

  async remove(key: string): Promise<void> {
    this.transaction.assertOutside('ObjectStore.remove');
    const target = this.pathOf(key);
    try {
      await unlink(target);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    await this.removeEmptyFolders(path.dirname(target));
  }

  async *list(prefix: string): AsyncIterable<{ key: string; modifiedAt: Date }> {
    this.transaction.assertOutside('ObjectStore.list');
    const lastSlash = prefix.lastIndexOf('/');
    const folder = lastSlash < 0 ? '' : prefix.slice(0, lastSlash);
    if (folder) assertObjectKey(folder);
    for await (const key of this.walk(folder)) {
      if (!key.startsWith(prefix)) continue;
      const found = await stat(this.pathOf(key)).catch((error: unknown) => {
        if (isMissing(error)) return null;
        throw error;
      });
      if (found) yield { key, modifiedAt: found.mtime };
    }
  }

  async copy(fromKey: string, toKey: string): Promise<void> {
    this.transaction.assertOutside('ObjectStore.copy');
    const [source, target] = [this.pathOf(fromKey), this.pathOf(toKey)];
    const unfinished = await this.unfinishedPath();
    try {
      await copyFile(source, unfinished, constants.COPYFILE_FICLONE);
      await this.moveIntoPlace(unfinished, target);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw isMissing(error) ? objectNotFound(error) : error;
    }
  }

  private pathOf(key: string): string {
    assertObjectKey(key);
    return path.join(this.root, ...key.split('/'));
  }

  private async unfinishedPath(): Promise<string> {
    await (this.prepared ??= this.prepare());
    return path.join(this.root, unfinishedFolder, randomUUID());
  }

  /** Clears what a killed process left half-written; younger files may belong to another live process. */
  private async prepare(): Promise<void> {
    const folder = path.join(this.root, unfinishedFolder);
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      const file = path.join(folder, name);
      const found = await stat(file).catch(() => null);
      if (found && Date.now() - found.mtimeMs > unfinishedMaxAgeMs) await rm(file, { force: true });
    }
  }

  private async moveIntoPlace(unfinished: string, target: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await mkdir(path.dirname(target), { recursive: true });
      try {
        await rename(unfinished, target);
        return;
      } catch (error) {
        // A concurrent `remove` took the empty folder away between the two calls.
        if (!isMissing(error) || attempt === 5) throw error;
      }
    }
  }

  private async removeEmptyFolders(from: string): Promise<void> {
    for (let folder = from; folder !== this.root; folder = path.dirname(folder)) {
      try {
        await rmdir(folder);
      } catch (error) {
        if (isMissing(error)) continue;
        if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) return;
        throw error;
      }
    }
  }

  private async *walk(folder: string): AsyncIterable<string> {
    let entries;
    try {
      entries = await opendir(path.join(this.root, folder));
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    for await (const entry of entries) {
      if (folder === '' && entry.name === unfinishedFolder) continue;
      const key = folder ? `${folder}/${entry.name}` : entry.name;
      if (entry.isDirectory()) yield* this.walk(key);
      else yield key;
    }
  }
}

const hasCode = (error: unknown, ...codes: string[]): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code));

const isMissing = (error: unknown): boolean => hasCode(error, 'ENOENT', 'ENOTDIR');
