import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';

/** What identifies one creating request. */
export interface IdempotencyScope {
  ownerId: string;
  /** Method and concrete path, e.g. `POST /api/v1/conversations/…/messages`. */
  route: string;
  key: string;
}

export interface StoredResponse {
  status: number;
  /** The `Location` header. */
  location?: string;
  body: unknown;
}

export interface KeyRecord {
  bodySha256: string;
  /** Null while the first request is at work. */
  response: StoredResponse | null;
}

const lifetime = "interval '24 hours'";
/** As long as a client that tries again at another process waits for one that died. */
const lease = "interval '5 seconds'";

/**
 * Takes the key when it is new, expired, or left behind by a process that died: pending with its lease over.
 * $1 owner, $2 route, $3 key, $4 body hash, $5 claim. One row: the claim is ours. None: someone else's.
 */
const claimSql = `
  INSERT INTO idempotency_key AS known (owner_id, route, key, body_sha256, claim, claimed_until)
  VALUES ($1, $2, $3, $4, $5, now() + ${lease})
  ON CONFLICT (owner_id, route, key) DO UPDATE
    SET body_sha256 = excluded.body_sha256, claim = excluded.claim, claimed_until = excluded.claimed_until,
        response = NULL, created_at = now()
    WHERE known.created_at < now() - ${lifetime}
       OR (known.response IS NULL AND known.claimed_until < now() AND known.body_sha256 = excluded.body_sha256)
  RETURNING claim`;

const findSql = `
  SELECT body_sha256 AS "bodySha256", response FROM idempotency_key
  WHERE owner_id = $1 AND route = $2 AND key = $3 AND created_at >= now() - ${lifetime}`;

const ours = 'owner_id = $1 AND route = $2 AND key = $3 AND claim = $4 AND response IS NULL';

/** The table `idempotency_key`. A row is pending, then holds the response; errors leave no row. */
@Injectable()
export class IdempotencyStore {
  constructor(private readonly database: Database) {}

  async claim(scope: IdempotencyScope, bodySha256: string, claim: string): Promise<boolean> {
    const rows = await this.database.query(claimSql, [...values(scope), bodySha256, claim]);
    return rows.length === 1;
  }

  async find(scope: IdempotencyScope): Promise<KeyRecord | undefined> {
    const [record] = await this.database.query<KeyRecord>(findSql, values(scope));
    return record;
  }

  /** @returns false when the claim has passed to another process. */
  async renew(scope: IdempotencyScope, claim: string): Promise<boolean> {
    const sql = `UPDATE idempotency_key SET claimed_until = now() + ${lease} WHERE ${ours}`;
    return (await this.database.execute(sql, [...values(scope), claim])) === 1;
  }

  /** @returns false when the claim has passed to another process. */
  async complete(scope: IdempotencyScope, claim: string, response: StoredResponse): Promise<boolean> {
    const sql = `UPDATE idempotency_key SET response = $5::jsonb WHERE ${ours}`;
    return (await this.database.execute(sql, [...values(scope), claim, JSON.stringify(response)])) === 1;
  }

  async abandon(scope: IdempotencyScope, claim: string): Promise<void> {
    await this.database.execute(`DELETE FROM idempotency_key WHERE ${ours}`, [...values(scope), claim]);
  }

  async removeExpired(): Promise<number> {
    return this.database.execute(`DELETE FROM idempotency_key WHERE created_at < now() - ${lifetime}`);
  }
}

const values = ({ ownerId, route, key }: IdempotencyScope): string[] => [ownerId, route, key];
