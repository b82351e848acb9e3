import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { OwnerUsageRepository } from '../application/owner-usage.repository.js';
import type { OwnerUsage } from '../domain/owner-quota.js';

/** A statement of its own: what is measured after it sees what those before have committed. */
const takeTurn = `SELECT pg_advisory_xact_lock(hashtextextended('protostar.quota.' || $1::uuid, 0))`;

/** Versions that were made of the same stored file count it once; what is still to be fetched has no bytes yet. */
const measure = `
  WITH stored AS (
    SELECT DISTINCT v.document_id, v.object_key, v.size_bytes
    FROM document_version v
    JOIN document d ON d.id = v.document_id
    WHERE v.owner_id = $1 AND d.owner_id = $1 AND d.deleted_at IS NULL AND v.status <> 'failed'
  )
  SELECT count(DISTINCT document_id) AS documents,
         coalesce(sum(size_bytes) FILTER (WHERE object_key IS NOT NULL), 0) AS size_bytes
  FROM stored`;

@Injectable()
export class PostgresOwnerUsageRepository extends OwnerUsageRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async takeTurn(ownerId: string): Promise<void> {
    await this.database.execute(takeTurn, [ownerId]);
  }

  async measure(ownerId: string): Promise<OwnerUsage> {
    const [row] = await this.database.query<{ documents: string; size_bytes: string }>(measure, [ownerId]);
    return { documents: Number(row?.documents), sizeBytes: Number(row?.size_bytes) };
  }
}
