import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every document of a collection, read anew. */
export class Reindex1764000000009 implements MigrationInterface {
  name = 'Reindex1764000000009';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The last run of each collection. How far it is, its versions tell.
      CREATE TABLE reindex (
        collection_id uuid PRIMARY KEY REFERENCES collection (id) ON DELETE CASCADE,
        owner_id      uuid NOT NULL,
        id            uuid NOT NULL,
        -- the embedder's, when it was asked for
        model         text NOT NULL,
        -- no document is left that has no version of this run
        all_queued    boolean NOT NULL DEFAULT false,
        created_at    timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX reindex_unfinished ON reindex (created_at) WHERE NOT all_queued;

      -- The run that made the version, of the same bytes as the one before it.
      ALTER TABLE document_version ADD COLUMN reindex_id uuid;
      CREATE INDEX document_version_of_reindex ON document_version (reindex_id, status)
        WHERE reindex_id IS NOT NULL;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
