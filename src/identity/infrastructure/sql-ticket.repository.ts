import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { TicketRepository, type Ticket } from '../application/ticket.repository.js';

/** $1 hash of the token, $2 now. */
const findSql = `
  SELECT t.token_sha256 AS "tokenSha256", t.owner_id AS "ownerId", t.role, t.key_id AS "keyId", t.path,
         t.expires_at AS "expiresAt"
  FROM ticket t LEFT JOIN api_key k ON k.id = t.key_id
  WHERE t.token_sha256 = $1 AND t.expires_at > $2
    AND (t.key_id IS NULL OR k.revoked_at IS NULL)`;

@Injectable()
export class SqlTicketRepository extends TicketRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async insert(ticket: Ticket): Promise<void> {
    await this.database.execute(
      `INSERT INTO ticket (token_sha256, owner_id, role, key_id, path, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
      [ticket.tokenSha256, ticket.ownerId, ticket.role, ticket.keyId, ticket.path, ticket.expiresAt],
    );
    // A few at a time beside each insert keeps the table as small as its tickets are alive.
    await this.database.execute(
      `DELETE FROM ticket WHERE token_sha256 IN
         (SELECT token_sha256 FROM ticket WHERE expires_at < now() - interval '1 hour' LIMIT 20)`,
    );
  }

  async findValid(tokenSha256: string, now: Date): Promise<Ticket | undefined> {
    const [ticket] = await this.database.query<Ticket>(findSql, [tokenSha256, now]);
    return ticket;
  }
}
