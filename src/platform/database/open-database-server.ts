import pg, { type PoolConfig } from 'pg';
import type { DatabaseConfig } from '../config/database.config.js';
import type { Logger } from '../logging/logger.port.js';
import { connectPatiently, StoreRefusedError } from '../stores/connect-patiently.js';
import type { DatabaseConnection } from './database-connection.js';

const oldestServer = 150_000;
const oldestVector = [0, 7];

/**
 * A PostgreSQL server as a connection value, tried until it answers or `CONNECT_TIMEOUT_MS` have passed.
 * @throws StoreRefusedError when it cannot be reached or is too old.
 */
export async function openDatabaseServer(
  url: string,
  config: Pick<DatabaseConfig, 'timeoutMs' | 'connectTimeoutMs'>,
  logger: Logger,
): Promise<DatabaseConnection> {
  const { host, pathname } = new URL(url);
  const description = `${host}${pathname}`;
  const poolConfig: PoolConfig = {
    connectionString: url,
    application_name: 'protostar',
    connectionTimeoutMillis: config.timeoutMs,
    statement_timeout: config.timeoutMs,
    // The server's own limit comes first; this one is for a server that says nothing any more.
    query_timeout: config.timeoutMs + 5_000,
    idle_in_transaction_session_timeout: config.timeoutMs * 2,
    keepAlive: true,
  };
  const store = { name: 'PostgreSQL', setting: 'DATABASE_URL', address: description };
  await connectPatiently(store, config.connectTimeoutMs, logger, async (patienceMs) => {
    const client = new pg.Client({ ...poolConfig, connectionTimeoutMillis: patienceMs });
    // A connection that breaks also fails the query that is under way.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await assertNewEnough(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  });
  return { description, poolConfig, close: async () => undefined };
}

async function assertNewEnough(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ server: number; name: string; vector: string | null }>(
    `SELECT current_setting('server_version_num')::int AS server, current_setting('server_version') AS name,
            (SELECT default_version FROM pg_available_extensions WHERE name = 'vector') AS vector`,
  );
  const { server, name, vector } = rows[0]!;
  if (server < oldestServer)
    throw new StoreRefusedError(`The server of DATABASE_URL is PostgreSQL ${name}; 15 or newer is needed.`);
  if (vector === null)
    throw new StoreRefusedError(
      'The server of DATABASE_URL has no pgvector. Install its package (extension "vector", 0.7 or newer) there.',
    );
  const [major = 0, minor = 0] = vector.split('.').map(Number);
  if (major < oldestVector[0]! || (major === oldestVector[0] && minor < oldestVector[1]!))
    throw new StoreRefusedError(`The server of DATABASE_URL has pgvector ${vector}; 0.7 or newer is needed.`);
}
