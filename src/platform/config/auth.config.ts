import { IsIn } from 'class-validator';
import { FromEnv } from './from-env.js';
import type { ReadSections } from './section.js';
import { ServerConfig } from './server.config.js';
import { isLoopback } from './loopback.js';

/** Who may call. */
export class AuthConfig {
  @FromEnv(
    'AUTH_MODE',
    'none: one local owner, no credentials, loopback only. token: `Authorization: Bearer <key>` with keys made by `npm run key`.',
  )
  @IsIn(['none', 'token'])
  mode: 'none' | 'token' = 'none';

  requirements(read: ReadSections): string[] {
    const { host } = read(ServerConfig);
    if (this.mode === 'token' || isLoopback(host)) return [];
    return [
      `AUTH_MODE=none answers without credentials and therefore only on a loopback address, but HOST is "${host}". ` +
        'Set AUTH_MODE=token and make a key with `npm run key`, or HOST to 127.0.0.1, ::1 or localhost.',
    ];
  }
}
