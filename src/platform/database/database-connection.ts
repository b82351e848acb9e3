import type { PoolConfig } from 'pg';

/**
 * How this process reaches its PostgreSQL, as a value that the composition root makes: a server, or the embedded
 * one. Everything above speaks to it through the `pg` package alone.
 */
export interface DatabaseConnection {
  /** For the log, without credentials: `embedded in ./data/database` or `postgres.example:5432/protostar`. */
  readonly description: string;
  /** Given to every `pg.Pool` and `pg.Client`. */
  readonly poolConfig: PoolConfig;
  close(): Promise<void>;
}

/** DI token of this process's `DatabaseConnection`. */
export const DATABASE_CONNECTION = Symbol('DatabaseConnection');
