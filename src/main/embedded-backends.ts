import { join, resolve } from 'node:path';
import type { FactoryProvider, Provider } from '@nestjs/common';
import { AnswerLog } from '../chat/application/answer-log.port.js';
import { DatabaseAnswerLog } from '../chat/infrastructure/database-answer-log.js';
import { VectorIndexes } from '../knowledge/application/vector-indexes.port.js';
import { NoVectorIndexes } from '../knowledge/infrastructure/no-vector-indexes.js';
import type { Configuration } from '../platform/config/configuration.js';
import { StorageConfig } from '../platform/config/storage.config.js';
import { lockDataFolder } from '../platform/data-folder/lock-data-folder.js';
import { Database } from '../platform/database/database.js';
import { createDataSource } from '../platform/database/data-source.js';
import { migrate, migrateQueues } from '../platform/database/migrate.js';
import { openEmbeddedDatabase } from '../platform/database/pglite/open-embedded-database.js';
import { STORE_PROBES, type StoreProbes } from '../platform/health/store-probes.js';
import { Transaction } from '../platform/database/transaction.port.js';
import type { Logger } from '../platform/logging/logger.port.js';
import { DiskObjectStore } from '../platform/object-storage/disk-object-store.js';
import { ObjectStore } from '../platform/object-storage/object-store.port.js';
import { queuesInDatabase } from '../platform/queue/queue-connection.js';
import type { Backends } from './backends.js';

export const embeddedProbes: FactoryProvider = {
  provide: STORE_PROBES,
  useFactory: (database: Database, objects: ObjectStore): StoreProbes => ({
    database: () => database.query('SELECT 1'),
    objectStore: () => anyObject(objects),
  }),
  inject: [Database, ObjectStore],
};

/** Objects in the data folder, the answer log in the database, no approximate indexes. */
export const embeddedProviders = (folder: string): Provider[] => [
  {
    provide: ObjectStore,
    useFactory: (transaction: Transaction) => new DiskObjectStore(join(folder, 'objects'), transaction),
    inject: [Transaction],
  },
  { provide: AnswerLog, useClass: DatabaseAnswerLog },
  { provide: VectorIndexes, useClass: NoVectorIndexes },
  embeddedProbes,
];

/** Asks the store for a listing, which needs no object to be there. */
async function anyObject(objects: ObjectStore): Promise<void> {
  for await (const _ of objects.list('health/')) return;
}

/** Everything in one data folder, which this process then holds alone. */
export async function openEmbeddedBackends(configuration: Configuration, logger: Logger): Promise<Backends> {
  const folder = resolve(configuration.get(StorageConfig).dataDir);
  const unlock = await lockDataFolder(folder);
  const startedAt = performance.now();
  logger.info('database.opening', { folder });
  const database = await openEmbeddedDatabase(join(folder, 'database'));
  const dataSource = await createDataSource(database, 1).initialize();
  const migrations = await migrate(dataSource);
  await dataSource.destroy();
  await migrateQueues(database);
  logger.info('database.opened', { migrations, durationMs: Math.round(performance.now() - startedAt) });
  const queues = queuesInDatabase(database);
  return {
    profile: 'embedded',
    database,
    queueConnection: queues.connection,
    providers: embeddedProviders(folder),
    async close() {
      await queues.close();
      await database.close();
      await unlock();
    },
  };
}
