import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Collections, documents and their versions, chunks, vectors and the lexical statistics of each collection. */
export class Knowledge1764000000003 implements MigrationInterface {
  name = 'Knowledge1764000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE collection (
        id              uuid PRIMARY KEY,
        owner_id        uuid NOT NULL,
        name            text NOT NULL,
        description     text,
        embedding_model text NOT NULL,
        -- raised by every change that a client can see; the ETag
        revision        integer NOT NULL DEFAULT 1,
        -- set by DELETE, together with its documents': every read asks for deleted_at IS NULL
        deleted_at      timestamptz,
        created_at      timestamptz NOT NULL DEFAULT now(),
        updated_at      timestamptz NOT NULL DEFAULT now()
      );
      -- A deleted collection gives its name back at once, though its rows go later.
      CREATE UNIQUE INDEX collection_name ON collection (owner_id, name) WHERE deleted_at IS NULL;
      CREATE INDEX collection_deleted ON collection (deleted_at) WHERE deleted_at IS NOT NULL;

      CREATE TABLE document (
        id                 uuid PRIMARY KEY,
        owner_id           uuid NOT NULL,
        collection_id      uuid NOT NULL REFERENCES collection (id),
        title              text NOT NULL,
        -- the newest version, which status, progress and error of the API describe
        version            integer NOT NULL,
        -- the version that searches answer from; NULL before the first is ready
        searchable_version integer,
        metadata           jsonb NOT NULL DEFAULT '{}',
        generated          jsonb,
        -- raised by every change that a client makes; the ETag
        revision           integer NOT NULL DEFAULT 1,
        -- set by DELETE: hidden from that moment, removed by the clean-up after it
        deleted_at         timestamptz,
        created_at         timestamptz NOT NULL DEFAULT now(),
        updated_at         timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX document_by_collection ON document (owner_id, collection_id, id) WHERE deleted_at IS NULL;
      CREATE INDEX document_deleted ON document (deleted_at) WHERE deleted_at IS NOT NULL;
      -- For the removal of a collection and for the foreign key.
      CREATE INDEX document_of_collection ON document (collection_id);
      CREATE INDEX document_metadata ON document USING gin (metadata jsonb_path_ops);

      CREATE TABLE document_version (
        document_id   uuid NOT NULL REFERENCES document (id) ON DELETE CASCADE,
        version       integer NOT NULL,
        owner_id      uuid NOT NULL,
        collection_id uuid NOT NULL,
        filename      text NOT NULL,
        mime_type     text NOT NULL,
        size_bytes    bigint NOT NULL,
        sha256        text NOT NULL,
        -- object store keys: the original bytes, and the extracted text once there is one
        object_key    text NOT NULL,
        text_key      text,
        status        text NOT NULL CHECK (status IN ('queued','extracting','embedding','indexing','ready','failed')),
        percent       integer NOT NULL DEFAULT 0,
        error         jsonb,
        chunk_count   integer NOT NULL DEFAULT 0,
        -- how often a worker has claimed it; decides when it fails for good
        attempts      integer NOT NULL DEFAULT 0,
        -- raised by every claim; writes of an older epoch are refused
        epoch         integer NOT NULL DEFAULT 0,
        -- raised by every dispatch; part of the job id
        dispatch      integer NOT NULL DEFAULT 0,
        -- the claim holds until then; renewed while the worker makes progress
        lease_until   timestamptz,
        -- a queued row is not touched by the reconciler before this
        queued_at     timestamptz NOT NULL DEFAULT now(),
        created_at    timestamptz NOT NULL DEFAULT now(),
        updated_at    timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (document_id, version)
      );
      CREATE INDEX document_version_in_work ON document_version (lease_until, queued_at)
        WHERE status NOT IN ('ready', 'failed');
      CREATE INDEX document_version_by_hash ON document_version (owner_id, collection_id, sha256);

      -- A chunk's text is exactly the slice [char_start, char_end) of the version's extracted text (UTF-16 units).
      -- Visible when document.searchable_version = chunk.version and document.deleted_at IS NULL.
      CREATE TABLE chunk (
        id            uuid PRIMARY KEY,
        owner_id      uuid NOT NULL,
        collection_id uuid NOT NULL,
        document_id   uuid NOT NULL REFERENCES document (id) ON DELETE CASCADE,
        version       integer NOT NULL,
        ordinal       integer NOT NULL,
        text          text NOT NULL,
        -- repeated table headers and the heading breadcrumb: indexed and prompted, never cited
        context       text NOT NULL DEFAULT '',
        headings      jsonb NOT NULL DEFAULT '[]',
        page          integer,
        char_start    integer NOT NULL,
        char_end      integer NOT NULL,
        token_count   integer NOT NULL,
        -- our own terms with positions (their number is the term frequency), and a lexeme that names the
        -- collection; term_count counts the terms with repeats
        lexemes       tsvector NOT NULL,
        term_count    integer NOT NULL,
        tokenizer     text NOT NULL,
        UNIQUE (document_id, version, ordinal)
      );
      CREATE INDEX chunk_by_collection ON chunk (owner_id, collection_id);
      -- Every search reads the pending list through; without autovacuum (embedded) only its limit empties it.
      CREATE INDEX chunk_lexemes ON chunk USING gin (lexemes) WITH (gin_pending_list_limit = 512);

      -- One vector per chunk and model. Dimension-free column: each model gets its own partial expression index.
      CREATE TABLE chunk_embedding (
        chunk_id      uuid NOT NULL REFERENCES chunk (id) ON DELETE CASCADE,
        model         text NOT NULL,
        owner_id      uuid NOT NULL,
        collection_id uuid NOT NULL,
        embedding     halfvec NOT NULL,
        PRIMARY KEY (chunk_id, model)
      );
      -- In the row where it fits: an exact scan would else look up each vector in the TOAST table.
      ALTER TABLE chunk_embedding ALTER COLUMN embedding SET STORAGE MAIN;
      CREATE INDEX chunk_embedding_by_collection ON chunk_embedding (owner_id, collection_id, model);

      -- BM25 statistics over the searchable chunks, per collection, maintained in the publishing transaction.
      CREATE TABLE lexical_stats (
        collection_id uuid PRIMARY KEY REFERENCES collection (id) ON DELETE CASCADE,
        owner_id      uuid NOT NULL,
        chunk_count   bigint NOT NULL DEFAULT 0,
        term_total    bigint NOT NULL DEFAULT 0
      );
      CREATE TABLE lexical_term (
        collection_id uuid NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
        term          text NOT NULL,
        chunk_count   integer NOT NULL,
        PRIMARY KEY (collection_id, term)
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
