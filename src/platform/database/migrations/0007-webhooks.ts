import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Addresses that are told of events, and what was sent to them. */
export class Webhooks1764000000007 implements MigrationInterface {
  name = 'Webhooks1764000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE webhook (
        id           uuid PRIMARY KEY,
        owner_id     uuid NOT NULL,
        url          text NOT NULL,
        events       text[] NOT NULL,
        -- the key of the signatures: it must be known to sign, so it cannot be hashed
        secret       text NOT NULL,
        -- the receiver answered 410
        disabled_at  timestamptz,
        -- one request at a time: the claim of the worker that makes it
        epoch        integer NOT NULL DEFAULT 0,
        lease_until  timestamptz,
        -- who was served longest ago comes next
        turn         bigint NOT NULL DEFAULT 0,
        -- attempts that failed since the last that did not, and the pause that they have earned
        failures     integer NOT NULL DEFAULT 0,
        held_until   timestamptz NOT NULL DEFAULT now(),
        created_at   timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX webhook_by_owner ON webhook (owner_id, id);
      CREATE SEQUENCE webhook_turn;

      CREATE TABLE webhook_delivery (
        id              uuid PRIMARY KEY,
        webhook_id      uuid NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
        owner_id        uuid NOT NULL,
        event           text NOT NULL,
        -- as it is signed and sent, byte for byte
        body            text NOT NULL,
        status          text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
        attempts        integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz DEFAULT now(),
        last_attempt_at timestamptz,
        response_status integer,
        error           text,
        created_at      timestamptz NOT NULL DEFAULT now(),
        settled_at      timestamptz
      );
      CREATE INDEX webhook_delivery_log ON webhook_delivery (webhook_id, id);
      CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, next_attempt_at) WHERE status = 'pending';
      CREATE INDEX webhook_delivery_unsettled ON webhook_delivery (created_at) WHERE status = 'pending';
      CREATE INDEX webhook_delivery_settled ON webhook_delivery (settled_at) WHERE status <> 'pending';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
