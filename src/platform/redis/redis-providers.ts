import type { Provider } from '@nestjs/common';
import { DatabaseConfig } from '../config/database.config.js';
import { RedisConfig } from '../config/redis.config.js';
import { Logger } from '../logging/logger.port.js';
import { StoreRefusedError } from '../stores/connect-patiently.js';
import { parseRedisUrl } from './redis-address.js';
import { RedisConnections } from './redis-connections.js';

/** `RedisConnections` to the server of the settings, for one Nest instance, which waits for it and ends it. */
export const redisProviders: Provider[] = [
  {
    provide: RedisConnections,
    useFactory: ({ url }: RedisConfig, { connectTimeoutMs }: DatabaseConfig, logger: Logger) => {
      if (url === undefined) throw new StoreRefusedError('REDIS_URL is not set, but the profile needs it.');
      return RedisConnections.open(parseRedisUrl(url), connectTimeoutMs, logger);
    },
    inject: [RedisConfig, DatabaseConfig, Logger],
  },
];
