import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { VersionRef } from '../application/chunk-index.port.js';
import {
  RemovalRepository,
  type DeletedDocuments,
  type StoredVersion,
} from '../application/removal.repository.js';

/** Changes rows that are marked as deleted only, and reads over all owners: it serves the machine. */
@Injectable()
export class PostgresRemovalRepository extends RemovalRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async versionsOfDeleted(documentId: string): Promise<VersionRef[]> {
    const rows = await this.database.query<{ owner_id: string; collection_id: string; version: number }>(
      `SELECT v.owner_id, v.collection_id, v.version
       FROM document_version v
       JOIN document d ON d.id = v.document_id
       WHERE d.id = $1 AND d.deleted_at IS NOT NULL
       ORDER BY v.version`,
      [documentId],
    );
    return rows.map((row) => ({
      ownerId: row.owner_id,
      collectionId: row.collection_id,
      documentId,
      version: row.version,
    }));
  }

  async forgetDocument(documentId: string): Promise<void> {
    await this.database.execute('DELETE FROM document WHERE id = $1 AND deleted_at IS NOT NULL', [
      documentId,
    ]);
  }

  async listDeletedDocuments(which: DeletedDocuments, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM document
       WHERE deleted_at <= now() - make_interval(secs => $1) AND ($2::uuid IS NULL OR collection_id = $2)
       ORDER BY deleted_at
       LIMIT $3`,
      [which.minAgeSeconds, which.collectionId, limit],
    );
    return rows.map(({ id }) => id);
  }

  async listDeletedCollections(minAgeSeconds: number, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM collection
       WHERE deleted_at <= now() - make_interval(secs => $1)
       ORDER BY deleted_at
       LIMIT $2`,
      [minAgeSeconds, limit],
    );
    return rows.map(({ id }) => id);
  }

  async forgetCollection(collectionId: string): Promise<void> {
    await this.database.execute(
      `DELETE FROM collection c
       WHERE id = $1 AND deleted_at IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM document d WHERE d.collection_id = c.id)`,
      [collectionId],
    );
  }

  async unreferencedObjects(keys: string[]): Promise<string[]> {
    const rows = await this.database.query<{ key: string }>(
      `SELECT key FROM unnest($1::text[]) AS key
       WHERE NOT EXISTS (
         SELECT 1 FROM document_version v
         WHERE v.document_id = CASE WHEN key ~ $2 THEN split_part(key, '/', 2)::uuid END
           AND (v.object_key = key OR v.text_key = key))`,
      [keys, '^documents/[0-9a-f-]{36}/'],
    );
    return rows.map(({ key }) => key);
  }

  async listLiveDocuments(after: string | null, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM document
       WHERE deleted_at IS NULL AND ($1::uuid IS NULL OR id > $1)
       ORDER BY id
       LIMIT $2`,
      [after, limit],
    );
    return rows.map(({ id }) => id);
  }

  async liveVersionsOf(documentIds: string[]): Promise<StoredVersion[]> {
    const rows = await this.database.query<{
      document_id: string;
      object_key: string;
      text_key: string | null;
    }>(
      `SELECT v.document_id, v.object_key, v.text_key
       FROM document_version v
       JOIN document d ON d.id = v.document_id
       WHERE d.id = ANY($1) AND d.deleted_at IS NULL AND v.object_key IS NOT NULL`,
      [documentIds],
    );
    return rows.map((row) => ({
      documentId: row.document_id,
      objectKey: row.object_key,
      textKey: row.text_key,
    }));
  }
}
