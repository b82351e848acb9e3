import type { Role } from '../../shared/caller.js';

/** A key as it is stored and listed: everything but its secret. */
export interface ApiKey {
  id: string;
  ownerId: string;
  /** Null when the owner was given by id alone. */
  ownerName: string | null;
  role: Role;
  name: string;
  createdAt: Date;
  revokedAt: Date | null;
}
