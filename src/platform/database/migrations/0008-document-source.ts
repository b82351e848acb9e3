import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Documents that come from a URL: their first version is there before anything has been fetched. */
export class DocumentSource1764000000008 implements MigrationInterface {
  name = 'DocumentSource1764000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- As it was given, normalised; NULL for what was uploaded.
      ALTER TABLE document ADD COLUMN source_url text;
      CREATE INDEX document_by_source ON document (owner_id, collection_id, source_url)
        WHERE source_url IS NOT NULL AND deleted_at IS NULL;

      -- object_key IS NULL: still to be fetched. A version that a refresh adds carries the description of the one
      -- before it until then: it is what the fetched bytes are compared with.
      ALTER TABLE document_version
        ALTER COLUMN mime_type DROP NOT NULL,
        ALTER COLUMN sha256 DROP NOT NULL,
        ALTER COLUMN object_key DROP NOT NULL,
        -- what the page calls itself, else where the redirects ended
        ADD COLUMN canonical_url text,
        -- when these bytes were last seen there
        ADD COLUMN fetched_at timestamptz,
        -- what a conditional request sends back
        ADD COLUMN etag text,
        ADD COLUMN last_modified text;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
