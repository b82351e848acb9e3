import { ManageKeys } from '../identity/application/manage-keys.service.js';
import { SqlApiKeyRepository } from '../identity/infrastructure/sql-api-key.repository.js';
import { loadConfiguration } from '../platform/config/load-configuration.js';
import { Database } from '../platform/database/database.js';
import { createDataSource } from '../platform/database/data-source.js';
import { TransactionContext } from '../platform/database/transaction-context.js';
import { TypeormTransaction } from '../platform/database/typeorm-transaction.js';
import { AppLogger } from '../platform/logging/app-logger.js';
import { openBackends } from './open-backends.js';
import { runKeyCommand } from './key-command.js';
import { refuse } from './start.js';

/** The store alone, without queues or models: keys can be made while nothing else runs. */
async function withKeys(work: (keys: ManageKeys) => Promise<void>): Promise<void> {
  const backends = await openBackends(loadConfiguration(), AppLogger.create({ level: 'silent' }));
  const dataSource = await createDataSource(backends.database, 1).initialize();
  const context = new TransactionContext();
  const database = new Database(dataSource, context);
  try {
    await work(
      new ManageKeys(new SqlApiKeyRepository(database), new TypeormTransaction(dataSource, context)),
    );
  } finally {
    await dataSource.destroy();
    await backends.close();
  }
}

try {
  process.exitCode = await runKeyCommand(process.argv.slice(2), {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    withKeys,
  });
} catch (error) {
  refuse(error);
}
