import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Summaries of conversation paths, and the work that makes them. */
export class Summary1764000000005 implements MigrationInterface {
  name = 'Summary1764000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A summary of the turns from the root to covers_up_to_message_id. Messages form a tree, so that message
      -- names the path and the row serves every branch that runs through it. Rows are replaced, never edited.
      CREATE TABLE conversation_summary (
        conversation_id          uuid NOT NULL,
        covers_up_to_message_id  uuid NOT NULL,
        owner_id                 uuid NOT NULL,
        -- every condensed message, in the order of the path
        covered_message_ids      uuid[] NOT NULL,
        -- tokens of the condensed messages in full
        covered_tokens           integer NOT NULL,
        summary                  text NOT NULL,
        -- [{ kind, text, messageId, role, supersededBy }]
        ledger                   jsonb NOT NULL,
        -- made while messages up to this id (UUIDv7, so in order of time) stayed out of memory
        excluded_until           uuid,
        summariser               text NOT NULL,
        created_at               timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (conversation_id, covers_up_to_message_id)
      );

      -- One row per conversation that was ever to be summarised.
      CREATE TABLE summary_work (
        conversation_id  uuid PRIMARY KEY,
        owner_id         uuid NOT NULL,
        status           text NOT NULL CHECK (status IN ('idle','queued','running','failed')),
        error            jsonb,
        -- raised by every claim and by every deletion; writes of an older epoch are refused
        epoch            integer NOT NULL DEFAULT 0,
        -- claims since the last saved summary; decides when it fails for good
        attempts         integer NOT NULL DEFAULT 0,
        -- raised by every dispatch; part of the job id
        dispatch         integer NOT NULL DEFAULT 0,
        -- the claim holds until then; renewed while the worker makes progress
        lease_until      timestamptz,
        -- a queued row is not touched by the reconciler before this
        queued_at        timestamptz NOT NULL DEFAULT now(),
        -- set by DELETE …/memory: messages up to this id stay out of memory until the next POST
        excluded_until   uuid,
        request_id       text,
        updated_at       timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX summary_work_in_work ON summary_work (lease_until, queued_at)
        WHERE status IN ('queued', 'running');

      -- Paths that the worker has yet to look at: written with the answer that made them grow.
      CREATE TABLE summary_intent (
        conversation_id  uuid NOT NULL REFERENCES summary_work (conversation_id) ON DELETE CASCADE,
        leaf_id          uuid NOT NULL,
        owner_id         uuid NOT NULL,
        -- asked for by POST: condense now, however little there is
        forced           boolean NOT NULL,
        -- UUIDv7, new on every repeat: a repeat that arrives while the worker is at it is not lost
        version          uuid NOT NULL,
        PRIMARY KEY (conversation_id, leaf_id)
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
