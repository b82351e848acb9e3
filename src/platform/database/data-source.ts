import { DataSource } from 'typeorm';
import { allMigrations } from './migrations/all-migrations.js';
import type { DatabaseConnection } from './database-connection.js';

/** TypeORM over the process's PostgreSQL: connections, transactions and migrations. The SQL is our own. */
export const createDataSource = (connection: DatabaseConnection, poolSize: number): DataSource =>
  new DataSource({
    type: 'postgres',
    synchronize: false,
    installExtensions: false,
    migrations: allMigrations,
    migrationsTableName: 'schema_migration',
    // One transaction over all: a start that is killed half-way leaves the schema as it was.
    migrationsTransactionMode: 'all',
    extra: { ...connection.poolConfig, max: poolSize },
  });
