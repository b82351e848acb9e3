import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The turns that summaries have condensed, to be recalled for a question. */
export class TurnIndex1764000000015 implements MigrationInterface {
  name = 'TurnIndex1764000000015';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE conversation_turn (
        message_id      uuid PRIMARY KEY,
        owner_id        uuid NOT NULL,
        conversation_id uuid NOT NULL,
        -- place in its path, from 0
        position        integer NOT NULL,
        -- position of the first turn of its sitting: turns without a long pause between them
        sitting         integer NOT NULL,
        -- as an imported history names who spoke
        speaker         text,
        said_at         timestamptz NOT NULL,
        tokens          integer NOT NULL,
        asks            boolean NOT NULL,
        tells_time      boolean NOT NULL,
        -- 64 bits of the hash of conversation and term, repeats kept: one index serves all conversations, and a
        -- look-up costs what is found in one of them
        terms           bigint[] NOT NULL,
        model           text NOT NULL,
        embedding       halfvec NOT NULL
      );
      ALTER TABLE conversation_turn ALTER COLUMN embedding SET STORAGE MAIN;
      CREATE INDEX conversation_turn_terms ON conversation_turn USING gin (terms);
      CREATE INDEX conversation_turn_place ON conversation_turn (conversation_id, sitting, position);
      CREATE INDEX conversation_turn_time ON conversation_turn (conversation_id, said_at);

      -- Turns that earlier summaries cover could not be recalled: they are condensed again when they next grow.
      DELETE FROM conversation_summary;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
