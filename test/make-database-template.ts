import { rename, writeFile } from 'node:fs/promises';
import { createDataSource } from '../src/platform/database/data-source.js';
import { migrate, migrateQueues } from '../src/platform/database/migrate.js';
import { openEmbeddedDatabase } from '../src/platform/database/pglite/open-embedded-database.js';

/** Writes the dump whole or not at all. */
export async function makeDatabaseTemplate(path: string): Promise<void> {
  const connection = await openEmbeddedDatabase('memory://');
  const dataSource = await createDataSource(connection, 2).initialize();
  await migrate(dataSource);
  await migrateQueues(connection);
  await dataSource.destroy();
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, Buffer.from(await connection.dump()));
  await connection.close();
  await rename(draft, path);
}
