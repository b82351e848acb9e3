import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a worker can do, for the admission of more work. */
export class WorkerSpeed1764000000014 implements MigrationInterface {
  name = 'WorkerSpeed1764000000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE worker_heartbeat
        -- jobs that it runs at the same time
        ADD COLUMN slots integer NOT NULL DEFAULT 0,
        -- over its last ten seconds
        ADD COLUMN started_per_second real NOT NULL DEFAULT 0;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
