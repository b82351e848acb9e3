import type { Configuration } from '../platform/config/configuration.js';
import { DatabaseConfig } from '../platform/config/database.config.js';
import type { Logger } from '../platform/logging/logger.port.js';
import type { Backends } from './backends.js';
import { openEmbeddedBackends } from './embedded-backends.js';
import { openServicesBackends } from './services-backends.js';

/** The stores of the profile that the settings choose: servers when `DATABASE_URL` names one. */
export const openBackends = (configuration: Configuration, logger: Logger): Promise<Backends> =>
  configuration.get(DatabaseConfig).url === undefined
    ? openEmbeddedBackends(configuration, logger)
    : openServicesBackends(configuration, logger);
