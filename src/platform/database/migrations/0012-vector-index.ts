import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Approximate indexes over the vectors of a model, built on a server when there are many. */
export class VectorIndex1764000000012 implements MigrationInterface {
  name = 'VectorIndex1764000000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What each HNSW index covers: the vectors of one model whose chunk ids, which rise with time, lie in a range.
      -- Written before the index is built; one that is missing or not valid is not used.
      CREATE TABLE vector_index (
        -- of the index
        name        text PRIMARY KEY,
        model       text NOT NULL,
        dimensions  integer NOT NULL,
        -- after the first, up to and including the second
        after_chunk uuid NOT NULL,
        until_chunk uuid NOT NULL,
        -- when it was built
        row_count   bigint NOT NULL,
        created_at  timestamptz NOT NULL DEFAULT now()
      );

      -- With the chunk, so that what no index covers yet is found without reading what one does.
      CREATE INDEX chunk_embedding_of_collection ON chunk_embedding (owner_id, collection_id, model, chunk_id);
      DROP INDEX chunk_embedding_by_collection;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
