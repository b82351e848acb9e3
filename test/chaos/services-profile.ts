import { existsSync } from 'node:fs';

/** Before `world.ts`, which reads it when it is loaded: these tests need processes that can die apart. */
(globalThis as { protostarProfile?: 'services' }).protostarProfile = 'services';

if (!process.env.DATABASE_URL && existsSync('.services/env')) process.loadEnvFile('.services/env');
