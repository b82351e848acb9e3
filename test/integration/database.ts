import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createDataSource } from '../../src/platform/database/data-source.js';
import { Database } from '../../src/platform/database/database.js';
import type { DatabaseConnection } from '../../src/platform/database/database-connection.js';
import { migrateServer } from '../../src/platform/database/migrate-server.js';
import { Notifications } from '../../src/platform/database/notifications.port.js';
import { PgNotifications } from '../../src/platform/database/pg-notifications.js';
import { openDatabaseServer } from '../../src/platform/database/open-database-server.js';
import { openEmbeddedDatabase } from '../../src/platform/database/pglite/open-embedded-database.js';
import { Transaction } from '../../src/platform/database/transaction.port.js';
import { TransactionContext } from '../../src/platform/database/transaction-context.js';
import { TypeormTransaction } from '../../src/platform/database/typeorm-transaction.js';
import { SilentLogger } from '../fakes/silent-logger.js';
import { databaseTemplate } from '../database-template.js';
import { onServer } from '../on-server.js';

export interface TestDatabase {
  connection: DatabaseConnection;
  database: Database;
  transaction: Transaction;
  notifications: Notifications;
  close(): Promise<void>;
}

/** Set for the tests that `jest.config.js` runs on the servers. */
const isOnServices = (): boolean =>
  (globalThis as { protostarProfile?: 'services' }).protostarProfile === 'services';

/** A fresh, migrated database of its own: in memory, or on the server of `DATABASE_URL`. */
export async function openTestDatabase(onServer = isOnServices()): Promise<TestDatabase> {
  const connection = onServer ? await databaseOnServer() : await databaseInMemory();
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

/** Started from a template that is made once per schema. */
const databaseInMemory = async (): Promise<DatabaseConnection> =>
  openEmbeddedDatabase('memory://', { loadDataDir: await databaseTemplate() });

/** Dropped when it is closed. */
async function databaseOnServer(): Promise<DatabaseConnection> {
  const server = new URL(process.env.DATABASE_URL!);
  const name = `test-${randomBytes(5).toString('hex')}`;
  await onServer(server, `CREATE DATABASE "${name}"`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const limits = { timeoutMs: 30_000, connectTimeoutMs: 10_000 };
  const connection = await openDatabaseServer(url.href, limits, new SilentLogger());
  await migrateServer(connection);
  return { ...connection, close: () => dropDatabase(server, name) };
}

/** FORCE ends sessions that are still about, but may not end an autovacuum; without it the server ends that by itself. */
async function dropDatabase(server: URL, name: string): Promise<void> {
  try {
    await onServer(server, `DROP DATABASE "${name}" WITH (FORCE)`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === '42501')) throw error;
    await onServer(server, `DROP DATABASE "${name}"`);
  }
}
