import { AuthConfig } from './auth.config.js';
import { LoggingConfig } from './logging.config.js';
import type { Section } from './section.js';
import { ServerConfig } from './server.config.js';
import { SummaryConfig } from './summary.config.js';

/** Every section: what `.env` may hold and what `.env.example` lists, in this order. One line each. */
export const allSections: readonly Section[] = [ServerConfig, AuthConfig, LoggingConfig, SummaryConfig];
