import { join, resolve } from 'node:path';
import type { Configuration } from '../platform/config/configuration.js';
import { StorageConfig } from '../platform/config/storage.config.js';
import { lockDataFolder } from '../platform/data-folder/lock-data-folder.js';
import { createDataSource } from '../platform/database/data-source.js';
import { migrate, migrateQueues } from '../platform/database/migrate.js';
import { openEmbeddedDatabase } from '../platform/database/pglite/open-embedded-database.js';
import type { Logger } from '../platform/logging/logger.port.js';
import { DiskObjectStore } from '../platform/object-storage/disk-object-store.js';
import { queuesInDatabase } from '../platform/queue/queue-connection.js';
import type { Backends } from './backends.js';

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
    objectStore: (transaction) => new DiskObjectStore(join(folder, 'objects'), transaction),
    async close() {
      await queues.close();
      await database.close();
      await unlock();
    },
  };
}
