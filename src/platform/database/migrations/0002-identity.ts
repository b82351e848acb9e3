import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owners, their keys and tickets; and who holds a pending idempotency key. */
export class Identity1764000000002 implements MigrationInterface {
  name = 'Identity1764000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE owner (
        id           uuid PRIMARY KEY,
        name         text UNIQUE,
        created_at   timestamptz NOT NULL DEFAULT now()
      );

      -- The owner of AUTH_MODE=none: keys for "local" keep its documents when the mode becomes token.
      INSERT INTO owner (id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'local');

      -- The secret is 256 random bits, so a plain hash cannot be turned back; it is shown once and never stored.
      CREATE TABLE api_key (
        id            uuid PRIMARY KEY,
        owner_id      uuid NOT NULL REFERENCES owner (id),
        role          text NOT NULL CHECK (role IN ('admin', 'user')),
        name          text NOT NULL,
        secret_sha256 text NOT NULL,
        created_at    timestamptz NOT NULL DEFAULT now(),
        revoked_at    timestamptz
      );
      CREATE INDEX api_key_by_owner ON api_key (owner_id);

      -- For clients that cannot send headers: one path, one owner, 15 minutes.
      CREATE TABLE ticket (
        token_sha256  text PRIMARY KEY,
        owner_id      uuid NOT NULL,
        role          text NOT NULL CHECK (role IN ('admin', 'user')),
        -- Null when AUTH_MODE=none issued it. A ticket dies with its key.
        key_id        uuid REFERENCES api_key (id) ON DELETE CASCADE,
        path          text NOT NULL,
        expires_at    timestamptz NOT NULL
      );
      CREATE INDEX ticket_by_expiry ON ticket (expires_at);

      -- A claim that passed to another process must not be completed by the first.
      ALTER TABLE idempotency_key ADD COLUMN claim uuid;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
