import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from '../logging/logger.port.js';
import { PeriodicTask } from '../queue/periodic-task.js';
import type { S3Bucket } from './s3-bucket.js';

const maxAgeMs = 24 * 60 * 60 * 1000;
const intervalMs = 6 * 60 * 60 * 1000;

interface Upload {
  key: string;
  uploadId: string;
  initiated: Date;
}

/**
 * Clears the parts that killed processes left: they cost space and no listing shows them. Younger ones may belong to
 * an upload in progress.
 */
export class S3UnfinishedUploads implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task: PeriodicTask;

  constructor(
    private readonly bucket: S3Bucket,
    private readonly logger: Logger,
    private readonly now: () => number = Date.now,
  ) {
    const run = async (): Promise<void> => {
      await this.sweep();
    };
    this.task = new PeriodicTask({ name: 'object-store.unfinished-uploads', intervalMs, run }, logger);
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** @returns how many uploads were cleared. */
  async sweep(): Promise<number> {
    let swept = 0;
    for await (const { key, uploadId, initiated } of this.uploadsBelow('')) {
      if (this.now() - initiated.getTime() <= maxAgeMs) continue;
      await this.abort(key, uploadId);
      swept += 1;
    }
    if (swept > 0) this.logger.info('object-store.uploads-swept', { count: swept });
    return swept;
  }

  /** Folder by folder, as Swift takes the client's way of asking for no folders for asking for one. */
  private async *uploadsBelow(prefix: string): AsyncIterable<Upload> {
    for (let after = ''; ;) {
      const position = after;
      const page = await this.bucket.call('list uploads', (client) =>
        client.listIncompleteUploadsQuery(this.bucket.name, prefix, position, '', '/'),
      );
      yield* page.uploads;
      for (const folder of page.prefixes) yield* this.uploadsBelow(folder.prefix);
      // A page that ends within the uploads of one key cannot be continued there: the next sweep goes on.
      if (!page.isTruncated || page.nextKeyMarker === after) return;
      after = page.nextKeyMarker;
    }
  }

  /** Another process may have been faster. */
  private async abort(key: string, uploadId: string): Promise<void> {
    await this.bucket.call('abort upload', (client) =>
      client.abortMultipartUpload(this.bucket.name, key, uploadId).catch((error: { code?: string }) => {
        if (error.code !== 'NoSuchUpload') throw error;
      }),
    );
  }
}
