export type Role = 'admin' | 'user';

/** Who asks. Flows from the HTTP edge through every service, query and job; every row belongs to one `ownerId`. */
export interface Caller {
  /** UUID. */
  readonly ownerId: string;
  readonly role: Role;
}

/** The one owner of `AUTH_MODE=none`. */
export const LOCAL_OWNER_ID = '00000000-0000-7000-8000-000000000001';
