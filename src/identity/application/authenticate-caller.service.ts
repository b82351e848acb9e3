import { Injectable } from '@nestjs/common';
import { AppError } from '../../shared/app-error.js';
import { LOCAL_OWNER_ID, type Caller } from '../../shared/caller.js';
import { AuthConfig } from '../../platform/config/auth.config.js';
import { Authenticator, type Credentials } from '../../platform/http/authenticator.port.js';
import { Clock } from '../../platform/time/clock.port.js';
import { isSecretOf, parseKey, sha256Of } from './secret.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { TicketRepository } from './ticket.repository.js';

export interface KeyCaller extends Caller {
  /** The key that was shown; undefined in `AUTH_MODE=none` and for tickets. */
  readonly keyId?: string;
}

const localAdmin: KeyCaller = Object.freeze({ ownerId: LOCAL_OWNER_ID, role: 'admin' });

/** Who is behind these credentials. */
@Injectable()
export class AuthenticateCaller extends Authenticator {
  constructor(
    private readonly config: AuthConfig,
    private readonly keys: ApiKeyRepository,
    private readonly tickets: TicketRepository,
    private readonly clock: Clock,
  ) {
    super();
  }

  async authenticate(credentials: Credentials): Promise<KeyCaller> {
    if (this.config.mode === 'none') return localAdmin;
    if (credentials.authorization !== undefined) return this.byKey(credentials.authorization);
    if (credentials.ticket !== undefined) return this.byTicket(credentials.ticket, credentials.path);
    throw unauthenticated('Credentials are missing: send `Authorization: Bearer <key>`.');
  }

  private async byKey(authorization: string): Promise<KeyCaller> {
    const presented = parseKey(/^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? '');
    const key = presented && (await this.keys.findById(presented.id));
    if (!key || key.revokedAt !== null || !isSecretOf(presented.secret, key.secretSha256)) {
      throw unauthenticated('The key is not valid.');
    }
    return { ownerId: key.ownerId, role: key.role, keyId: key.id };
  }

  private async byTicket(token: string, path: string): Promise<KeyCaller> {
    const ticket = await this.tickets.findValid(sha256Of(token), this.clock.now());
    if (!ticket || ticket.path !== path) throw unauthenticated('The ticket is not valid for this path.');
    return { ownerId: ticket.ownerId, role: ticket.role };
  }
}

const unauthenticated = (message: string): AppError =>
  new AppError({ code: 'identity.unauthenticated', kind: 'unauthenticated', message });
