import type { DatabaseConnection } from '../database-connection.js';
import { PgliteSession } from './pglite-session.js';
import { PgliteSocket } from './pglite-socket.js';

/** The embedded PostgreSQL as a connection value. Open a data folder once per machine: PGlite does not share. */
export async function openEmbeddedDatabase(
  dataDir: string,
  options: { loadDataDir?: ArrayBuffer } = {},
): Promise<DatabaseConnection & { dump(): Promise<ArrayBuffer> }> {
  const session = await PgliteSession.open({ dataDir, ...options });
  return {
    description: `embedded in ${dataDir}`,
    poolConfig: {
      user: 'postgres',
      database: 'postgres',
      ssl: false,
      stream: () => new PgliteSocket(session) as never,
    },
    dump: () => session.dump(),
    close: () => session.close(),
  };
}
