import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which tokenizers' terms are stored, and where, without reading every chunk. */
export class ChunkTokenizer1764000000013 implements MigrationInterface {
  name = 'ChunkTokenizer1764000000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX chunk_by_tokenizer ON chunk (tokenizer)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
