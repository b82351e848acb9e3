import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a language model writes of documents, and the work on it. */
export class GeneratedMetadata1764000000010 implements MigrationInterface {
  name = 'GeneratedMetadata1764000000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The version that \`generated\` was written from, or for which it was given up; NULL: still to be written.
      ALTER TABLE document ADD COLUMN generated_from integer;
      -- What is due, of each owner, oldest first.
      CREATE INDEX document_ungenerated ON document (owner_id, id)
        WHERE searchable_version IS NOT NULL AND generated_from IS NULL AND deleted_at IS NULL;

      -- One row for each document that a worker has taken up, of the version that it took last.
      CREATE TABLE metadata_generation (
        document_id uuid PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
        owner_id    uuid NOT NULL,
        version     integer NOT NULL,
        -- how often a worker has claimed this version; decides when it is given up
        attempts    integer NOT NULL,
        -- raised by every claim; writes of an older epoch are refused
        epoch       integer NOT NULL,
        -- the claim holds until then; renewed while the worker lives
        lease_until timestamptz,
        -- not before this
        due_at      timestamptz NOT NULL,
        -- whose turn it was last
        claimed_at  timestamptz NOT NULL,
        -- code of the last failure of this version
        error       text
      );
      CREATE INDEX metadata_generation_turn ON metadata_generation (owner_id, claimed_at);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
