import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { World } from '../e2e/world.js';

/** Before any process starts, so that the audit's triggers see every change. */
export async function migrateWorld(world: World): Promise<void> {
  const env = { PATH: process.env.PATH, LOG_LEVEL: 'error', ...world.env };
  await promisify(execFile)(process.execPath, [resolve('dist/main/migrate.js')], { cwd: world.dataDir, env });
}
