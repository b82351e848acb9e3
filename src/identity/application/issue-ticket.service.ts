import { Injectable } from '@nestjs/common';
import { AppError } from '../../shared/app-error.js';
import { Clock } from '../../platform/time/clock.port.js';
import { newSecret, sha256Of } from './secret.js';
import type { KeyCaller } from './authenticate-caller.service.js';
import { TicketRepository } from './ticket.repository.js';

export interface IssuedTicket {
  /** The path with the ticket in its query. */
  url: string;
  expiresAt: Date;
}

const lifetimeMs = 15 * 60_000;

/** Lends the caller's authority over one path to a client that cannot send headers. */
@Injectable()
export class IssueTicket {
  constructor(
    private readonly tickets: TicketRepository,
    private readonly clock: Clock,
  ) {}

  /** @param assertReadable throws unless the caller can read the target now. */
  async execute(
    caller: KeyCaller,
    target: string,
    assertReadable: (target: string) => Promise<void>,
  ): Promise<IssuedTicket> {
    const { path, query } = parseTarget(target);
    await assertReadable(target);
    const token = newSecret();
    const expiresAt = new Date(this.clock.now().getTime() + lifetimeMs);
    await this.tickets.insert({
      tokenSha256: sha256Of(token),
      ownerId: caller.ownerId,
      role: caller.role,
      keyId: caller.keyId ?? null,
      path,
      expiresAt,
    });
    return { url: `${path}?${query ? `${query}&` : ''}ticket=${token}`, expiresAt };
  }
}

/** Taken as it is written: the server compares the path of the later request by its characters. */
function parseTarget(target: string): { path: string; query: string } {
  const [, path, query] = /^(\/api\/v1\/[A-Za-z0-9\-._~/]+)(?:\?([^#]*))?$/.exec(target) ?? [];
  if (path === undefined || path.split('/').some((part) => part === '..' || part === '.')) {
    throw new AppError({
      code: 'request.invalid',
      kind: 'invalid',
      message: 'A ticket is for one path under /api/v1.',
      errors: [{ path: '/path', message: 'must be an absolute path that starts with /api/v1/' }],
    });
  }
  return { path, query: query ?? '' };
}
