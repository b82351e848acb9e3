import { DatabaseConfig } from '../platform/config/database.config.js';
import { loadConfiguration } from '../platform/config/load-configuration.js';
import { LoggingConfig } from '../platform/config/logging.config.js';
import { migrateServer } from '../platform/database/migrate-server.js';
import { openDatabaseServer } from '../platform/database/open-database-server.js';
import { AppLogger } from '../platform/logging/app-logger.js';
import { refuse } from './start.js';

/** Brings the schema of `DATABASE_URL` up to date and ends. Several may run at once. */
try {
  const configuration = loadConfiguration();
  const logger = AppLogger.create({
    level: configuration.get(LoggingConfig).level,
    pretty: process.stdout.isTTY,
  });
  const config = configuration.get(DatabaseConfig);
  if (config.url === undefined) {
    process.stdout.write(
      'DATABASE_URL is not set: the embedded database brings itself up to date at the start.\n',
    );
  } else {
    const database = await openDatabaseServer(config.url, config, logger);
    const migrations = await migrateServer(database);
    logger.info('database.migrated', { database: database.description, migrations });
    await database.close();
  }
} catch (error) {
  refuse(error);
}
