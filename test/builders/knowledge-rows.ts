import type { VersionRef } from '../../src/knowledge/application/chunk-index.port.js';
import type { Database } from '../../src/platform/database/database.js';
import { newId } from '../../src/shared/ids.js';
import type { CollectionStatistics } from '../fakes/in-memory-chunk-index.js';

export interface DocumentRowOptions {
  ownerId: string;
  /** Made when it is not given. */
  collectionId?: string;
  title?: string;
  metadata?: Record<string, unknown>;
}

export async function addCollection(database: Database, ownerId: string): Promise<string> {
  const id = newId();
  await database.execute(
    'INSERT INTO collection (id, owner_id, name, embedding_model) VALUES ($1, $2, $3, $4)',
    [id, ownerId, id, 'm'],
  );
  return id;
}

/** A document whose first version is not searchable yet. */
export async function addDocument(database: Database, options: DocumentRowOptions): Promise<VersionRef> {
  const { ownerId, title = 'Title', metadata = {} } = options;
  const collectionId = options.collectionId ?? (await addCollection(database, ownerId));
  const ref = { ownerId, collectionId, documentId: newId(), version: 1 };
  await database.execute(
    `INSERT INTO document (id, owner_id, collection_id, title, version, metadata)
     VALUES ($1, $2, $3, $4, 1, $5::jsonb)`,
    [ref.documentId, ownerId, collectionId, title, JSON.stringify(metadata)],
  );
  return ref;
}

export async function readStatistics(
  database: Database,
  collectionId: string,
): Promise<CollectionStatistics> {
  const [counts] = await database.query<{ chunk_count: string; term_total: string }>(
    'SELECT chunk_count, term_total FROM lexical_stats WHERE collection_id = $1',
    [collectionId],
  );
  const terms = await database.query<{ term: string; chunk_count: number }>(
    'SELECT term, chunk_count FROM lexical_term WHERE collection_id = $1',
    [collectionId],
  );
  return {
    chunkCount: Number(counts?.chunk_count ?? 0),
    termTotal: Number(counts?.term_total ?? 0),
    terms: new Map(terms.map(({ term, chunk_count }) => [term, chunk_count])),
  };
}

/** Documents that wait to be read, one a millisecond, the last of them now; by plain SQL, so that many are quick to make. */
export async function addQueued(database: Database, ownerId: string, count: number): Promise<void> {
  const collectionId = await addCollection(database, ownerId);
  await database.execute(
    `WITH made AS (
       INSERT INTO document (id, owner_id, collection_id, title, version)
       SELECT gen_random_uuid(), $1, $2, 'Title ' || number, 1 FROM generate_series(1, $3::integer) AS number
       RETURNING id, title
     )
     INSERT INTO document_version
       (document_id, version, owner_id, collection_id, filename, mime_type, size_bytes, sha256, object_key, status,
        queued_at)
     SELECT id, 1, $1, $2, title, 'text/plain', 1, title, 'documents/' || id || '/o', 'queued',
            now() - ($3 - substr(title, 7)::integer) * interval '1 millisecond'
     FROM made`,
    [ownerId, collectionId, count],
  );
}

/** Documents that answer searches, the one after the other, by plain SQL. @returns their ids, oldest first. */
export async function addSearchable(database: Database, ownerId: string, count: number): Promise<string[]> {
  const collectionId = await addCollection(database, ownerId);
  const ids = Array.from({ length: count }, () => newId());
  await database.execute(
    `INSERT INTO document (id, owner_id, collection_id, title, version, searchable_version)
     SELECT id, $1, $2, 'Title', 1, 1 FROM unnest($3::uuid[]) AS id`,
    [ownerId, collectionId, ids],
  );
  return ids;
}
