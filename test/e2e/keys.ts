import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { World } from './harness.js';

const run = promisify(execFile);

/** `npm run key` on a data folder that no server uses. */
export const runKey = async (world: World, ...args: string[]): Promise<string> =>
  (
    await run(process.execPath, [resolve('dist/main/key.js'), ...args], {
      cwd: world.dataDir,
      env: { PATH: process.env.PATH, ...world.env, AUTH_MODE: 'token' },
    })
  ).stdout.trim();

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
