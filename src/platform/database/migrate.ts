import { runMigrations as runQueueMigrations } from 'bullmq';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import type { DatabaseConnection } from './database-connection.js';

/** Brings the schema up to date. Safe to repeat. @returns the names of the migrations that ran. */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const done = await dataSource.runMigrations();
  return done.map(({ name }) => name);
}

/** The tables of BullMQ's PostgreSQL backend, in their own schema `bullmq`. */
export async function migrateQueues(connection: DatabaseConnection): Promise<void> {
  const client = new pg.Client(connection.poolConfig);
  await client.connect();
  try {
    await runQueueMigrations(client);
  } finally {
    await client.end();
  }
}
