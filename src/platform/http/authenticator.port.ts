import type { Caller } from '../../shared/caller.js';

/** What a request shows of itself. */
export interface Credentials {
  /** The `Authorization` header as it came. */
  authorization?: string;
  /** `?ticket=`, only for GET and HEAD. */
  ticket?: string;
  /** Path of the request without its query; a ticket holds for one. */
  path: string;
}

/** Says who calls. Implemented by identity. */
export abstract class Authenticator {
  /** @throws AppError kind `unauthenticated` when the credentials are missing or do not hold. */
  abstract authenticate(credentials: Credentials): Promise<Caller>;
}
