import { IsOptional, ValidateBy } from 'class-validator';
import { parseRedisUrl, RedisUrlError } from '../redis/redis-address.js';
import { FromEnv } from './from-env.js';

const faultOf = (url: unknown): string | null => {
  try {
    parseRedisUrl(String(url));
    return null;
  } catch (error) {
    if (error instanceof RedisUrlError) return error.message;
    throw error;
  }
};

const IsRedisUrl = (): PropertyDecorator =>
  ValidateBy({
    name: 'isRedisUrl',
    validator: {
      validate: (url) => faultOf(url) === null,
      defaultMessage: (checked) => `REDIS_URL ${faultOf(checked?.value)}`,
    },
  });

/** The Redis server of the services profile: queues, and the events of answers while they are written. */
export class RedisConfig {
  @FromEnv(
    'REDIS_URL',
    'Redis 6.2 or newer, e.g. redis://user:secret@redis:6379/0 (rediss:// for TLS), or its sentinels, e.g. redis+sentinel://user:secret@s1:26379,s2:26379/mymaster/0?sentinel_password=secret (rediss+sentinel:// for TLS). Needed when DATABASE_URL is set. It should be persistent (appendonly) and must not evict (maxmemory-policy noeviction).',
    { secret: true },
  )
  @IsOptional()
  @IsRedisUrl()
  url?: string;
}
