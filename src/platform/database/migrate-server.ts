import pg from 'pg';
import { StoreRefusedError } from '../stores/connect-patiently.js';
import { createDataSource } from './data-source.js';
import type { DatabaseConnection } from './database-connection.js';
import { migrate } from './migrate.js';

/** Any number that no other program on the same database takes. */
const lockKey = 7_076_820_031;

/** Brings a server's schema up to date; of several that start at once one does it and the others wait. */
export async function migrateServer(connection: DatabaseConnection): Promise<string[]> {
  return withDataSource(connection, async (dataSource) => {
    const client = new pg.Client(patient(connection).poolConfig);
    await client.connect();
    try {
      await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
      return await migrate(dataSource);
    } finally {
      // Ends the session, and the lock with it.
      await client.end();
    }
  });
}

/** @throws StoreRefusedError when migrations are outstanding. */
export async function assertMigrated(connection: DatabaseConnection): Promise<void> {
  const outstanding = await withDataSource(connection, (dataSource) => dataSource.showMigrations());
  if (outstanding)
    throw new StoreRefusedError(
      'The schema of DATABASE_URL is older than this version. Run `npm run migrate`, or set MIGRATE_ON_START=true.',
    );
}

/** Without limits in time: an index on a large table is built as long as it takes. */
const patient = (connection: DatabaseConnection): DatabaseConnection => ({
  ...connection,
  poolConfig: { ...connection.poolConfig, statement_timeout: 0, query_timeout: undefined },
});

async function withDataSource<T>(
  connection: DatabaseConnection,
  work: (dataSource: ReturnType<typeof createDataSource>) => Promise<T>,
): Promise<T> {
  const dataSource = await createDataSource(patient(connection), 1).initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
