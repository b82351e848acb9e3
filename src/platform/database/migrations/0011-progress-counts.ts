import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the percentage of a version is counted from. */
export class ProgressCounts1764000000011 implements MigrationInterface {
  name = 'ProgressCounts1764000000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- {"done", "total", "unit"} of the stage; NULL where nothing is counted
      ALTER TABLE document_version ADD COLUMN progress_counts jsonb;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
