import { createPostgresBackend, setDefaultBackendFactory, type ConnectionOptions } from 'bullmq';
import pg from 'pg';
import type { DatabaseConnection } from '../database/database-connection.js';
import type { Logger } from '../logging/logger.port.js';
import { createRedis, forWorkers } from '../redis/create-redis.js';
import type { RedisAddress } from '../redis/redis-address.js';

/** Every Queue and Worker of the four instances, and a LISTEN client for each worker. */
const poolSize = 24;

export interface QueueConnection {
  /** What `BullModule.forRoot` takes. */
  connection: ConnectionOptions;
  close(): Promise<void>;
}

/** One client for every queue of the process; each worker makes one more, which blocks. */
export function queuesInRedis(address: RedisAddress, logger: Logger): QueueConnection {
  const client = createRedis(address, 'queues', logger, forWorkers);
  return {
    connection: client,
    async close() {
      if (client.status === 'ready') await client.quit();
      client.disconnect();
    },
  };
}

/**
 * Makes BullMQ keep its queues in PostgreSQL (schema `bullmq`) instead of Redis, for the whole process.
 */
export function queuesInDatabase(database: DatabaseConnection): QueueConnection {
  setDefaultBackendFactory(createPostgresBackend);
  const pool = new pg.Pool({ ...database.poolConfig, max: poolSize });
  // Each queue and worker listens for its errors.
  pool.setMaxListeners(poolSize);
  // BullMQ takes a pool in this place on its PostgreSQL backend; its types of the default backend do not say so.
  return { connection: pool as unknown as ConnectionOptions, close: () => pool.end() };
}
