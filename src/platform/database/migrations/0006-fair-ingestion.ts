import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whose document is read next: owners take turns. */
export class FairIngestion1764000000006 implements MigrationInterface {
  name = 'FairIngestion1764000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The request that queued the version last: a job takes whichever version is due, not the one that it came with.
      ALTER TABLE document_version ADD COLUMN request_id text;

      -- From owner to owner, and each one's oldest first, however long the queues are.
      CREATE INDEX document_version_waiting ON document_version (owner_id, queued_at) WHERE status = 'queued';
      -- What is in work: as many rows as there are workers.
      CREATE INDEX document_version_held ON document_version (lease_until) WHERE lease_until IS NOT NULL;

      -- When a worker last took something of the owner's. Who was never served comes first.
      CREATE TABLE ingestion_turn (
        owner_id  uuid PRIMARY KEY,
        served_at timestamptz NOT NULL
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
