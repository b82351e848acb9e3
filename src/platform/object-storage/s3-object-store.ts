import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import type { Transaction } from '../database/transaction.port.js';
import type { Logger } from '../logging/logger.port.js';
import { assertObjectKey } from './object-key.js';
import { ObjectStore, type DownloadHeaders, type StoredObject } from './object-store.port.js';
import { objectTooLarge } from './object-too-large.js';
import type { S3Bucket } from './s3-bucket.js';
import { S3Failure, storeUnavailable } from './s3-failure.js';
import { S3Upload } from './s3-upload.js';

/** Objects in a bucket, under the keys that they have here. */
export class S3ObjectStore extends ObjectStore {
  constructor(
    private readonly bucket: S3Bucket,
    private readonly transaction: Pick<Transaction, 'assertOutside'>,
    private readonly logger: Logger,
    /** Keys of one request; servers give a thousand at most. */
    private readonly pageSize = 1_000,
  ) {
    super();
  }

  async put(key: string, source: Readable, maxBytes: number): Promise<StoredObject> {
    this.transaction.assertOutside('ObjectStore.put');
    assertObjectKey(key);
    const upload = new S3Upload(this.bucket, key);
    const hash = createHash('sha256');
    let sizeBytes = 0;
    try {
      for await (const piece of source as AsyncIterable<Buffer | string>) {
        const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
        sizeBytes += bytes.length;
        if (sizeBytes > maxBytes) throw objectTooLarge(maxBytes);
        hash.update(bytes);
        await upload.write(bytes);
      }
      await upload.finish();
    } catch (error) {
      await this.abandon(upload);
      throw error;
    }
    return { sizeBytes, sha256: hash.digest('hex') };
  }

  async get(key: string, range?: { start: number; end: number }): Promise<Readable> {
    this.transaction.assertOutside('ObjectStore.get');
    assertObjectKey(key);
    const length = range ? range.end - range.start + 1 : 0;
    const response = await this.bucket.call('get', async (client) => {
      const answer = await client.getPartialObject(this.bucket.name, key, range?.start ?? 0, length);
      if (!range || (answer as IncomingMessage).statusCode === 206) return answer;
      answer.destroy();
      throw new Error('the server sends the whole object instead of the range');
    });
    const bytes = new PassThrough();
    bytes.on('close', () => response.destroy());
    response.on('error', (error) => bytes.destroy(storeUnavailable(S3Failure.of('get', error, undefined))));
    return response.pipe(bytes);
  }

  async remove(key: string): Promise<void> {
    this.transaction.assertOutside('ObjectStore.remove');
    assertObjectKey(key);
    try {
      await this.bucket.call('remove', (client) => client.removeObject(this.bucket.name, key));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async *list(prefix: string): AsyncIterable<{ key: string; modifiedAt: Date }> {
    this.transaction.assertOutside('ObjectStore.list');
    let position = '';
    do {
      const after = position;
      const page = await this.bucket.call('list', (client) =>
        client.listObjectsV2Query(this.bucket.name, prefix, after, '', this.pageSize, ''),
      );
      for (const { name, lastModified } of page.objects)
        if (name !== undefined && lastModified !== undefined) yield { key: name, modifiedAt: lastModified };
      position = page.isTruncated ? page.nextContinuationToken : '';
    } while (position !== '');
  }

  async copy(fromKey: string, toKey: string): Promise<void> {
    this.transaction.assertOutside('ObjectStore.copy');
    assertObjectKey(fromKey);
    assertObjectKey(toKey);
    const { name } = this.bucket;
    // The server refuses to copy an object onto itself.
    if (fromKey === toKey) await this.bucket.call('stat', (client) => client.statObject(name, fromKey));
    // In one request, which S3 takes for objects of up to 5 GiB.
    else
      await this.bucket.transfer('copy', (client) => client.copyObject(name, toKey, `/${name}/${fromKey}`));
  }

  override downloadUrl(key: string, headers: DownloadHeaders): Promise<string | null> {
    assertObjectKey(key);
    return this.bucket.link(headers.method, key, {
      'response-content-type': headers.contentType,
      'response-content-disposition': headers.contentDisposition,
      'response-cache-control': 'private, no-cache',
    });
  }

  /** What failed is what the caller must hear of; parts that stay are swept later. */
  private async abandon(upload: S3Upload): Promise<void> {
    try {
      await upload.abandon();
    } catch (error) {
      this.logger.warn('object-store.upload-left-unfinished', { error });
    }
  }
}

const isNotFound = (error: unknown): boolean =>
  (error as { code?: unknown } | null)?.code === 'object.not-found';
