import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Transaction } from '../../platform/database/transaction.port.js';
import {
  MetadataWorkRepository,
  type Excerpt,
  type MetadataClaim,
} from '../application/metadata-work.repository.js';
import type { GeneratedMetadata } from '../domain/generated-metadata.js';
import { sampleOrdinals } from '../domain/metadata-policy.js';
import * as sql from './metadata-work.sql.js';

interface ClaimRow {
  owner_id: string;
  document_id: string;
  version: number;
  title: string;
  epoch: number;
  attempts: number;
}

@Injectable()
export class PostgresMetadataWorkRepository extends MetadataWorkRepository {
  constructor(
    private readonly database: Database,
    private readonly transaction: Transaction,
  ) {
    super();
  }

  claimNext(): Promise<MetadataClaim | undefined> {
    return this.transaction.run(async () => {
      await this.database.execute(sql.takeTurns);
      for (;;) {
        const [chosen] = await this.database.query<{ id: string; owner_id: string }>(sql.chooseNext);
        if (!chosen) return undefined;
        const [row] = await this.database.query<ClaimRow>(sql.claim, [chosen.owner_id, chosen.id]);
        // Deleted a moment ago: then it is not chosen again.
        if (row) return toClaim(row);
      }
    });
  }

  async renew(claim: MetadataClaim): Promise<boolean> {
    return (await this.database.execute(sql.renew, heldBy(claim))) === 1;
  }

  async readExcerpts(claim: MetadataClaim, maxTokens: number): Promise<Excerpt[]> {
    const version = [claim.ownerId, claim.documentId, claim.version];
    const [size] = await this.database.query<{ chunks: string; tokens: string }>(sql.measure, version);
    const ordinals = sampleOrdinals(
      { chunks: Number(size!.chunks), tokens: Number(size!.tokens) },
      maxTokens,
    );
    return this.database.query<Excerpt>(sql.readChunks, [...version, ordinals]);
  }

  complete(claim: MetadataClaim, generated: GeneratedMetadata): Promise<boolean> {
    return this.settle(claim, { generated, reason: null });
  }

  giveUp(claim: MetadataClaim, reason: string): Promise<boolean> {
    return this.settle(claim, { generated: null, reason });
  }

  async postpone(claim: MetadataClaim, delayMs: number, reason: string): Promise<boolean> {
    return (await this.database.execute(sql.release, [...heldBy(claim), reason, delayMs])) === 1;
  }

  async handBack(claim: MetadataClaim): Promise<void> {
    await this.database.execute(sql.handBack, heldBy(claim));
  }

  private settle(
    claim: MetadataClaim,
    { generated, reason }: { generated: GeneratedMetadata | null; reason: string | null },
  ): Promise<boolean> {
    const { ownerId, documentId, version } = claim;
    return this.transaction.run(async () => {
      const document = await this.database.query(sql.lockDocument, [ownerId, documentId, version]);
      if (document.length === 0 || !(await this.release(claim, reason))) return false;
      const written = generated && JSON.stringify(generated);
      await this.database.execute(sql.settle, [ownerId, documentId, version, written]);
      return true;
    });
  }

  private async release(claim: MetadataClaim, reason: string | null): Promise<boolean> {
    return (await this.database.execute(sql.release, [...heldBy(claim), reason, 0])) === 1;
  }
}

const heldBy = (claim: MetadataClaim): unknown[] => [
  claim.ownerId,
  claim.documentId,
  claim.version,
  claim.epoch,
];

const toClaim = (row: ClaimRow): MetadataClaim => ({
  ownerId: row.owner_id,
  documentId: row.document_id,
  version: row.version,
  title: row.title,
  epoch: row.epoch,
  attempts: row.attempts,
});
