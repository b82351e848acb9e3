import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Conversations, their trees of messages, and the log of each answer's events. */
export class Chat1764000000004 implements MigrationInterface {
  name = 'Chat1764000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE conversation (
        id                uuid PRIMARY KEY,
        owner_id          uuid NOT NULL,
        title             text,
        -- NULL: all of the owner's collections
        collection_ids    uuid[],
        system_prompt     text,
        -- the leaf of the path that is shown and continued; NULL: the next message starts a new tree
        active_message_id uuid,
        created_at        timestamptz NOT NULL DEFAULT now(),
        updated_at        timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX conversation_by_owner ON conversation (owner_id, id);

      CREATE TABLE message (
        id              uuid PRIMARY KEY,
        owner_id        uuid NOT NULL,
        conversation_id uuid NOT NULL REFERENCES conversation (id),
        parent_id       uuid REFERENCES message (id),
        -- 0 for a root; the order along a path (imported histories bring their own times)
        depth           integer NOT NULL,
        role            text NOT NULL CHECK (role IN ('user', 'assistant')),
        content         text NOT NULL DEFAULT '',
        -- speaker of an imported message
        name            text,
        status          text NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'cancelled', 'failed')),
        mode            text NOT NULL CHECK (mode IN ('knowledge', 'page', 'plain')),
        -- user message in page mode: { url, title, text }, the text already reduced
        page            jsonb,
        filter          jsonb,
        citations       jsonb NOT NULL DEFAULT '[]',
        usage           jsonb,
        model           text,
        -- a Problem
        error           jsonb,
        trace           jsonb,
        request_id      text,
        -- raised by every claim; writes of an older epoch are refused
        epoch           integer NOT NULL DEFAULT 0,
        -- how often a worker has claimed it; decides when it fails for good
        attempts        integer NOT NULL DEFAULT 0,
        -- raised by every dispatch; part of the job id
        dispatch        integer NOT NULL DEFAULT 0,
        -- the claim holds until then; renewed while the worker makes progress
        lease_until     timestamptz,
        -- a queued row is not touched by the reconciler before this
        queued_at       timestamptz NOT NULL DEFAULT now(),
        cancel_requested_at timestamptz,
        -- sequence of the terminal event in the answer log; NULL when the log alone knows it
        last_sequence   integer,
        created_at      timestamptz NOT NULL DEFAULT now(),
        completed_at    timestamptz
      );
      CREATE INDEX message_by_conversation ON message (conversation_id, id);
      CREATE INDEX message_by_parent ON message (parent_id);
      CREATE INDEX message_in_work ON message (queued_at) WHERE status IN ('queued', 'running');

      -- One row per answer that has been opened: who may append, and what the next event follows.
      -- No reference to message: a log may outlive its message for a moment, and may live elsewhere.
      CREATE TABLE answer_writer (
        message_id    uuid PRIMARY KEY,
        epoch         integer NOT NULL,
        last_sequence integer NOT NULL DEFAULT 0,
        opened_at     timestamptz NOT NULL DEFAULT now(),
        -- set by the terminal event
        ended_at      timestamptz
      );
      CREATE INDEX answer_writer_ended ON answer_writer (ended_at);

      CREATE TABLE answer_event (
        message_id uuid NOT NULL,
        sequence   integer NOT NULL,
        type       text NOT NULL,
        data       jsonb NOT NULL,
        PRIMARY KEY (message_id, sequence)
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
