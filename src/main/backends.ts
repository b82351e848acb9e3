import type { Provider } from '@nestjs/common';
import type { ConnectionOptions } from 'bullmq';
import type { DatabaseConnection } from '../platform/database/database-connection.js';

/** Which stores a process stands on. What nothing below `main/` can tell. */
export type Profile = 'embedded' | 'services';

/** The stores of a profile: what one process opens once, and what each of its Nest instances makes for itself. */
export interface Backends {
  profile: Profile;
  database: DatabaseConnection;
  queueConnection: ConnectionOptions;
  /** `ObjectStore`, `AnswerLog` and `VectorIndexes`, with the clients that they need. */
  providers: Provider[];
  close(): Promise<void>;
}
