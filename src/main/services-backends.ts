import type { Provider } from '@nestjs/common';
import { AnswerLog } from '../chat/application/answer-log.port.js';
import { RedisAnswerLog } from '../chat/infrastructure/redis-answer-log.js';
import { VectorIndexes } from '../knowledge/application/vector-indexes.port.js';
import { PostgresVectorIndexes } from '../knowledge/infrastructure/postgres-vector-indexes.js';
import { AnswerLogConfig } from '../platform/config/answer-log.config.js';
import type { Configuration } from '../platform/config/configuration.js';
import { DatabaseConfig } from '../platform/config/database.config.js';
import { KnowledgeConfig } from '../platform/config/knowledge.config.js';
import { RedisConfig } from '../platform/config/redis.config.js';
import { DATABASE_CONNECTION, type DatabaseConnection } from '../platform/database/database-connection.js';
import { Database } from '../platform/database/database.js';
import { Transaction } from '../platform/database/transaction.port.js';
import { assertMigrated, migrateServer } from '../platform/database/migrate-server.js';
import { openDatabaseServer } from '../platform/database/open-database-server.js';
import { STORE_PROBES, type StoreProbes } from '../platform/health/store-probes.js';
import { Logger } from '../platform/logging/logger.port.js';
import { s3Providers } from '../platform/object-storage/s3-providers.js';
import { S3Bucket } from '../platform/object-storage/s3-bucket.js';
import { queuesInRedis } from '../platform/queue/queue-connection.js';
import { parseRedisUrl } from '../platform/redis/redis-address.js';
import { RedisConnections } from '../platform/redis/redis-connections.js';
import { redisProviders } from '../platform/redis/redis-providers.js';
import type { Backends } from './backends.js';

/** An address that the settings' requirements have made sure of. */
function given({ url }: { url?: string }): string {
  if (url === undefined) throw new Error('The services profile was chosen without the addresses it needs.');
  return url;
}

const servicesProviders: Provider[] = [
  ...redisProviders,
  ...s3Providers,
  {
    provide: AnswerLog,
    useFactory: (
      redis: RedisConnections,
      transaction: Transaction,
      config: AnswerLogConfig,
      logger: Logger,
    ): AnswerLog => new RedisAnswerLog(redis, transaction, config, logger),
    inject: [RedisConnections, Transaction, AnswerLogConfig, Logger],
  },
  {
    provide: VectorIndexes,
    useFactory: (
      connection: DatabaseConnection,
      database: Database,
      config: KnowledgeConfig,
      logger: Logger,
    ): VectorIndexes => new PostgresVectorIndexes(connection, database, config, logger),
    inject: [DATABASE_CONNECTION, Database, KnowledgeConfig, Logger],
  },
  {
    provide: STORE_PROBES,
    useFactory: (database: Database, bucket: S3Bucket, redis: RedisConnections): StoreProbes => ({
      database: () => database.query('SELECT 1'),
      objectStore: () => bucket.check(),
      redis: () => redis.ping(),
    }),
    inject: [Database, S3Bucket, RedisConnections],
  },
];

/** PostgreSQL, Redis and S3 servers, shared by any number of processes. */
export async function openServicesBackends(configuration: Configuration, logger: Logger): Promise<Backends> {
  const config = configuration.get(DatabaseConfig);
  const database = await openDatabaseServer(given(config), config, logger);
  if (config.migrateOnStart) {
    const migrations = await migrateServer(database);
    logger.info('database.opened', { database: database.description, migrations });
  } else {
    await assertMigrated(database);
  }
  const queues = queuesInRedis(parseRedisUrl(given(configuration.get(RedisConfig))), logger);
  return {
    profile: 'services',
    database,
    queueConnection: queues.connection,
    providers: servicesProviders,
    async close() {
      await queues.close();
      await database.close();
    },
  };
}
