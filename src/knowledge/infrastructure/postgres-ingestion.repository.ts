import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Transaction } from '../../platform/database/transaction.port.js';
import type { Problem } from '../../shared/problem.js';
import {
  IngestionRepository,
  type Claim,
  type StrandedAfter,
  type StrandedVersion,
} from '../application/ingestion.repository.js';
import type { StageProgress } from '../domain/stage-progress.js';
import * as sql from './ingestion.sql.js';

interface ClaimRow {
  document_id: string;
  version: number;
  owner_id: string;
  collection_id: string;
  filename: string;
  mime_type: string | null;
  size_bytes: string;
  object_key: string | null;
  epoch: number;
  attempts: number;
  request_id: string | null;
  source_url: string | null;
}

type StrandedRow = Pick<ClaimRow, 'document_id' | 'version' | 'owner_id' | 'collection_id' | 'attempts'>;

@Injectable()
export class PostgresIngestionRepository extends IngestionRepository {
  constructor(
    private readonly database: Database,
    private readonly transaction: Transaction,
  ) {
    super();
  }

  async claimNext(): Promise<Claim | undefined> {
    return this.transaction.run(async () => {
      await this.database.execute(sql.takeTurns);
      for (;;) {
        const [chosen] = await this.database.query<Pick<ClaimRow, 'document_id' | 'version'>>(sql.chooseNext);
        if (!chosen) return undefined;
        const [row] = await this.database.query<ClaimRow>(sql.claim, [chosen.document_id, chosen.version]);
        // Deleted or superseded a moment ago: then it is not chosen again.
        if (!row) continue;
        await this.database.execute(sql.noteTurn, [row.owner_id]);
        return toClaim(row);
      }
    });
  }

  renew(claim: Claim): Promise<boolean> {
    return this.change(sql.renew, claim);
  }

  advance(claim: Claim, { stage, percent, counts }: StageProgress): Promise<boolean> {
    return this.change(sql.advance, claim, stage, percent, counts && JSON.stringify(counts));
  }

  setText(claim: Claim, textKey: string): Promise<boolean> {
    return this.change(sql.setText, claim, textKey);
  }

  async lockForPublish(claim: Claim): Promise<{ searchableVersion: number | null } | undefined> {
    const [document] = await this.database.query<{ searchable_version: number | null }>(sql.lockDocument, [
      claim.ownerId,
      claim.documentId,
    ]);
    const held = document && (await this.database.query(sql.lockVersion, heldBy(claim)));
    return held?.length ? { searchableVersion: document!.searchable_version } : undefined;
  }

  async complete(claim: Claim, chunkCount: number): Promise<void> {
    await this.change(sql.complete, claim, chunkCount);
    await this.database.execute(sql.makeSearchable, [claim.ownerId, claim.documentId, claim.version]);
  }

  fail(claim: Claim, error: Problem): Promise<boolean> {
    return this.change(sql.fail, claim, JSON.stringify(error));
  }

  async handBack(claim: Claim, delayMs: number, options = { uncounted: false }): Promise<number | undefined> {
    const [row] = await this.database.query<{ dispatch: number }>(sql.handBack, [
      ...heldBy(claim),
      delayMs,
      !options.uncounted,
    ]);
    return row?.dispatch;
  }

  async listStranded(after: StrandedAfter, limit: number): Promise<StrandedVersion[]> {
    const rows = await this.database.query<StrandedRow>(sql.listStranded, [...seconds(after), limit]);
    return rows.map((row) => ({
      documentId: row.document_id,
      version: row.version,
      ownerId: row.owner_id,
      collectionId: row.collection_id,
      attempts: row.attempts,
    }));
  }

  async requeueStranded(stranded: StrandedVersion, after: StrandedAfter): Promise<number | undefined> {
    const [row] = await this.database.query<{ dispatch: number }>(sql.requeueStranded, [
      ...seconds(after),
      stranded.ownerId,
      stranded.documentId,
      stranded.version,
    ]);
    return row?.dispatch;
  }

  async failStranded(stranded: StrandedVersion, after: StrandedAfter, error: Problem): Promise<boolean> {
    const touched = await this.database.execute(sql.failStranded, [
      ...seconds(after),
      stranded.ownerId,
      stranded.documentId,
      stranded.version,
      JSON.stringify(error),
    ]);
    return touched === 1;
  }

  private async change(statement: string, claim: Claim, ...values: unknown[]): Promise<boolean> {
    return (await this.database.execute(statement, [...heldBy(claim), ...values])) === 1;
  }
}

const heldBy = (claim: Claim): unknown[] => [claim.ownerId, claim.documentId, claim.version, claim.epoch];

const seconds = (after: StrandedAfter): number[] => [
  after.idleSeconds,
  after.busySeconds,
  after.expiredSeconds,
];

const toClaim = (row: ClaimRow): Claim => ({
  documentId: row.document_id,
  version: row.version,
  ownerId: row.owner_id,
  collectionId: row.collection_id,
  filename: row.filename,
  mimeType: row.mime_type,
  sizeBytes: Number(row.size_bytes),
  objectKey: row.object_key,
  sourceUrl: row.source_url,
  epoch: row.epoch,
  attempts: row.attempts,
  requestId: row.request_id,
});
