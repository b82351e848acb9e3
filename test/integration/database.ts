import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDataSource } from '../../src/platform/database/data-source.js';
import { Database } from '../../src/platform/database/database.js';
import type { DatabaseConnection } from '../../src/platform/database/database-connection.js';
import { migrate, migrateQueues } from '../../src/platform/database/migrate.js';
import { allMigrations } from '../../src/platform/database/migrations/all-migrations.js';
import { Notifications } from '../../src/platform/database/notifications.port.js';
import { PgNotifications } from '../../src/platform/database/pg-notifications.js';
import { openEmbeddedDatabase } from '../../src/platform/database/pglite/open-embedded-database.js';
import { Transaction } from '../../src/platform/database/transaction.port.js';
import { TransactionContext } from '../../src/platform/database/transaction-context.js';
import { TypeormTransaction } from '../../src/platform/database/typeorm-transaction.js';
import { SilentLogger } from '../fakes/silent-logger.js';

export interface TestDatabase {
  connection: DatabaseConnection;
  database: Database;
  transaction: Transaction;
  notifications: Notifications;
  close(): Promise<void>;
}

/** A fresh, migrated, in-memory PostgreSQL of its own; started from a template that is made once per schema. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const connection = await openEmbeddedDatabase('memory://', { loadDataDir: await template() });
  const dataSource = await createDataSource(connection, 5).initialize();
  const context = new TransactionContext();
  const database = new Database(dataSource, context);
  const notifications = new PgNotifications(connection, database, new SilentLogger());
  return {
    connection,
    database,
    transaction: new TypeormTransaction(dataSource, context),
    notifications,
    async close() {
      await notifications.onApplicationShutdown();
      await dataSource.destroy();
      await connection.close();
    },
  };
}

/** The dump of a migrated cluster, kept between runs under the hash of the migrations. */
export async function template(): Promise<ArrayBuffer> {
  const schema = allMigrations.map((migration) => migration.prototype.up.toString()).join('\n');
  const path = join(
    tmpdir(),
    `protostar-template-${createHash('sha256').update(schema).digest('hex').slice(0, 16)}.tar`,
  );
  if (!existsSync(path)) await makeTemplate(path);
  const bytes = await readFile(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

async function makeTemplate(path: string): Promise<void> {
  const connection = await openEmbeddedDatabase('memory://');
  const dataSource = await createDataSource(connection, 2).initialize();
  await migrate(dataSource);
  await migrateQueues(connection);
  await dataSource.destroy();
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, Buffer.from(await connection.dump()));
  await connection.close();
  await rename(draft, path);
}
