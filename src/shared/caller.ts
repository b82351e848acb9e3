export type Role = 'admin' | 'user';

/** Who asks. Flows from the HTTP edge through every service, query and job; every row belongs to one `ownerId`. */
export interface Caller {
  /** UUID. */
  readonly ownerId: string;
  readonly role: Role;
}
