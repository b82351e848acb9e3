import type { ConnectionOptions } from 'bullmq';
import type { DatabaseConnection } from '../platform/database/database-connection.js';
import type { Transaction } from '../platform/database/transaction.port.js';
import type { ObjectStore } from '../platform/object-storage/object-store.port.js';

/**
 * The stores of a profile, opened once per process and handed to each Nest instance as a value. Which profile it
 * is, nothing below `main/` can tell.
 */
export interface Backends {
  profile: 'embedded';
  database: DatabaseConnection;
  queueConnection: ConnectionOptions;
  objectStore(transaction: Transaction): ObjectStore;
  close(): Promise<void>;
}
