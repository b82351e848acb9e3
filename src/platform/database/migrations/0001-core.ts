import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What no single feature owns: the outbox, worker heartbeats and idempotency keys. */
export class Core1764000000001 implements MigrationInterface {
  name = 'Core1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE EXTENSION IF NOT EXISTS vector;

      -- Jobs that were dispatched and are not known to be on their queue yet.
      CREATE TABLE outbox (
        job_id       text PRIMARY KEY,
        queue        text NOT NULL,
        name         text NOT NULL,
        payload      jsonb NOT NULL,
        not_before   timestamptz NOT NULL DEFAULT now(),
        created_at   timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX outbox_by_age ON outbox (created_at);

      -- One row per worker instance, written each second while it makes progress.
      CREATE TABLE worker_heartbeat (
        instance_id  uuid PRIMARY KEY,
        queue        text NOT NULL,
        started_at   timestamptz NOT NULL DEFAULT now(),
        progress_at  timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX worker_heartbeat_by_queue ON worker_heartbeat (queue, progress_at);

      -- One row per creating POST with an Idempotency-Key, kept 24 hours. Pending while response IS NULL.
      CREATE TABLE idempotency_key (
        owner_id     uuid NOT NULL,
        route        text NOT NULL,
        key          text NOT NULL,
        body_sha256  text NOT NULL,
        response     jsonb,
        claimed_until timestamptz NOT NULL,
        created_at   timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (owner_id, route, key)
      );
      CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
