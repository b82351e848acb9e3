import type { Role } from '../../shared/caller.js';

export interface Ticket {
  tokenSha256: string;
  ownerId: string;
  role: Role;
  /** Null in `AUTH_MODE=none`. */
  keyId: string | null;
  path: string;
  expiresAt: Date;
}

export abstract class TicketRepository {
  /** Also removes some that have expired. */
  abstract insert(ticket: Ticket): Promise<void>;
  /** Undefined when it expired or its key was revoked. */
  abstract findValid(tokenSha256: string, now: Date): Promise<Ticket | undefined>;
}
