import { DataSource, type EntitySchema } from 'typeorm';
import { allMigrations } from './migrations/all-migrations.js';
import type { DatabaseConnection } from './database-connection.js';

/** @param entities the schemas of every feature of this process. */
export const createDataSource = (
  connection: DatabaseConnection,
  entities: EntitySchema[],
  poolSize: number,
): DataSource =>
  new DataSource({
    type: 'postgres',
    synchronize: false,
    installExtensions: false,
    entities,
    migrations: allMigrations,
    migrationsTableName: 'schema_migration',
    // One transaction over all: a start that is killed half-way leaves the schema as it was.
    migrationsTransactionMode: 'all',
    extra: { ...connection.poolConfig, max: poolSize },
  });
