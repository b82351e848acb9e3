import type { Provider } from '@nestjs/common';
import { DatabaseConfig } from '../config/database.config.js';
import { S3Config } from '../config/s3.config.js';
import { Transaction } from '../database/transaction.port.js';
import { Logger } from '../logging/logger.port.js';
import { ObjectStore } from './object-store.port.js';
import { openS3Bucket } from './open-s3-bucket.js';
import { S3Bucket } from './s3-bucket.js';
import { S3ObjectStore } from './s3-object-store.js';
import { S3UnfinishedUploads } from './s3-unfinished-uploads.js';

/** `ObjectStore` on the S3 server of the settings, for one Nest instance, which waits for it and ends it. */
export const s3Providers: Provider[] = [
  {
    provide: S3Bucket,
    useFactory: (config: S3Config, { connectTimeoutMs }: DatabaseConfig, logger: Logger) =>
      openS3Bucket(config, connectTimeoutMs, logger),
    inject: [S3Config, DatabaseConfig, Logger],
  },
  {
    provide: ObjectStore,
    useFactory: (bucket: S3Bucket, transaction: Transaction, logger: Logger) =>
      new S3ObjectStore(bucket, transaction, logger),
    inject: [S3Bucket, Transaction, Logger],
  },
  {
    provide: S3UnfinishedUploads,
    useFactory: (bucket: S3Bucket, logger: Logger) => new S3UnfinishedUploads(bucket, logger),
    inject: [S3Bucket, Logger],
  },
];
