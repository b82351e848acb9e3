import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { assertObjectKey } from '../../src/platform/object-storage/object-key.js';
import { ObjectStore, type StoredObject } from '../../src/platform/object-storage/object-store.port.js';
import { objectTooLarge } from '../../src/platform/object-storage/object-too-large.js';
import { AppError } from '../../src/shared/app-error.js';

/** Holds to the same contract suite as the real stores (`test/contracts/object-store.contract.ts`). */
export class InMemoryObjectStore extends ObjectStore {
  readonly objects = new Map<string, { bytes: Buffer; modifiedAt: Date }>();

  constructor(private readonly now: () => Date = () => new Date()) {
    super();
  }

  async put(key: string, source: Readable, maxBytes: number): Promise<StoredObject> {
    assertObjectKey(key);
    const pieces: Buffer[] = [];
    let sizeBytes = 0;
    for await (const piece of source) {
      const bytes = Buffer.from(piece as Buffer | string);
      sizeBytes += bytes.length;
      if (sizeBytes > maxBytes) throw objectTooLarge(maxBytes);
      pieces.push(bytes);
    }
    const bytes = Buffer.concat(pieces);
    this.objects.set(key, { bytes, modifiedAt: this.now() });
    return { sizeBytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  }

  async get(key: string, range?: { start: number; end: number }): Promise<Readable> {
    const { bytes } = this.existing(key);
    return Readable.from([range ? bytes.subarray(range.start, range.end + 1) : bytes], { objectMode: false });
  }

  async remove(key: string): Promise<void> {
    assertObjectKey(key);
    this.objects.delete(key);
  }

  async *list(prefix: string): AsyncIterable<{ key: string; modifiedAt: Date }> {
    for (const [key, { modifiedAt }] of this.objects) {
      if (key.startsWith(prefix)) yield { key, modifiedAt };
    }
  }

  async copy(fromKey: string, toKey: string): Promise<void> {
    assertObjectKey(toKey);
    this.objects.set(toKey, { bytes: this.existing(fromKey).bytes, modifiedAt: this.now() });
  }

  private existing(key: string): { bytes: Buffer; modifiedAt: Date } {
    assertObjectKey(key);
    const found = this.objects.get(key);
    if (found) return found;
    throw new AppError({
      code: 'object.not-found',
      kind: 'not-found',
      message: 'The stored object is gone.',
    });
  }
}
