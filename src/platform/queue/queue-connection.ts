import { createPostgresBackend, setDefaultBackendFactory, type ConnectionOptions } from 'bullmq';
import pg from 'pg';
import type { DatabaseConnection } from '../database/database-connection.js';

/** Every Queue and Worker of the four instances, and a LISTEN client for each worker. */
const poolSize = 24;

/**
 * Makes BullMQ keep its queues in PostgreSQL (schema `bullmq`) instead of Redis, for the whole process.
 * @returns what `BullModule.forRoot` takes as `connection`, and how to end it.
 */
export function queuesInDatabase(database: DatabaseConnection): {
  connection: ConnectionOptions;
  close(): Promise<void>;
} {
  setDefaultBackendFactory(createPostgresBackend);
  const pool = new pg.Pool({ ...database.poolConfig, max: poolSize });
  // Each queue and worker listens for its errors.
  pool.setMaxListeners(poolSize);
  // BullMQ takes a pool in this place on its PostgreSQL backend; its types of the default backend do not say so.
  return { connection: pool as unknown as ConnectionOptions, close: () => pool.end() };
}
