import { IsBoolean, IsInt, IsOptional, IsUrl, Max, Min } from 'class-validator';
import { FromEnv } from './from-env.js';
import { RedisConfig } from './redis.config.js';
import { S3Config } from './s3.config.js';
import type { ReadSections, WithRequirements } from './section.js';

/** The PostgreSQL server of the services profile. Unset: the embedded database in `DATA_DIR`. */
export class DatabaseConfig implements WithRequirements {
  @FromEnv(
    'DATABASE_URL',
    'PostgreSQL 15 or newer with pgvector 0.7 or newer, e.g. postgres://protostar:secret@db:5432/protostar?sslmode=verify-full. With it REDIS_URL and S3_ENDPOINT must be set; without it everything is kept in DATA_DIR.',
    { secret: true },
  )
  @IsOptional()
  @IsUrl({ protocols: ['postgres', 'postgresql'], require_protocol: true, require_tld: false })
  url?: string;

  @FromEnv('DATABASE_POOL_SIZE', 'Most connections of one process to PostgreSQL, besides one that listens.')
  @IsInt()
  @Min(2)
  @Max(500)
  poolSize = 10;

  @FromEnv(
    'DATABASE_TIMEOUT_MS',
    'Milliseconds after which a statement on the server is given up, and a wait for a free connection.',
  )
  @IsInt()
  @Min(1_000)
  @Max(600_000)
  timeoutMs = 30_000;

  @FromEnv(
    'CONNECT_TIMEOUT_MS',
    'Milliseconds that a starting process keeps trying to reach PostgreSQL, Redis and the object store.',
  )
  @IsInt()
  @Min(1_000)
  @Max(600_000)
  connectTimeoutMs = 60_000;

  @FromEnv(
    'MIGRATE_ON_START',
    'true: a starting process brings the schema up to date. false: it refuses to start on an older one; `npm run migrate` brings it up to date.',
  )
  @IsBoolean()
  migrateOnStart = true;

  requirements(read: ReadSections): string[] {
    const others = { REDIS_URL: read(RedisConfig).url, S3_ENDPOINT: read(S3Config).endpoint };
    const entries = Object.entries(others);
    if (this.url !== undefined)
      return entries
        .filter(([, value]) => value === undefined)
        .map(([name]) => `DATABASE_URL is set, but ${name} is missing. The three are used together.`);
    return entries
      .filter(([, value]) => value !== undefined)
      .map(([name]) => `${name} is set, but DATABASE_URL is missing. The three are used together.`);
  }
}
