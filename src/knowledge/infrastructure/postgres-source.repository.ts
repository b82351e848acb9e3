import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Claim } from '../application/ingestion.repository.js';
import type { Queued } from '../application/document.repository.js';
import {
  SourceRepository,
  type FetchedVersion,
  type KnownContent,
  type NewSourcedDocument,
  type Sighting,
} from '../application/source.repository.js';
import type { Document } from '../domain/document.js';
import { toDocument, type DocumentRow } from './document-row.js';
import { setNewestVersion } from './document.sql.js';
import { lockDocument } from './ingestion.sql.js';
import * as sql from './source.sql.js';

interface KnownRow {
  sha256: string;
  etag: string | null;
  last_modified: string | null;
}

interface TakenRow {
  epoch: number;
  dispatch: number;
}

@Injectable()
export class PostgresSourceRepository extends SourceRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async insert(document: NewSourcedDocument & Queued): Promise<void> {
    const { id, ownerId, collectionId, title, metadata, url, filename, requestId } = document;
    const row = [id, ownerId, collectionId, title, JSON.stringify(metadata), url];
    await this.database.execute(sql.insertDocument, row);
    await this.database.execute(sql.insertVersion, [id, ownerId, collectionId, filename, requestId]);
  }

  async findByUrl(ownerId: string, collectionId: string, url: string): Promise<Document | undefined> {
    const [row] = await this.database.query<DocumentRow>(sql.findByUrl, [ownerId, collectionId, url]);
    return row && toDocument(row);
  }

  async addVersion({ ownerId, id, version }: Document, requestId: string | null): Promise<number> {
    const added = [ownerId, id, version, requestId];
    const [row] = await this.database.query<{ dispatch: number }>(sql.addVersion, added);
    await this.database.execute(setNewestVersion, [ownerId, id, version + 1]);
    return row!.dispatch;
  }

  async refetch(ownerId: string, id: string, requestId: string | null): Promise<number | undefined> {
    const [row] = await this.database.query<{ dispatch: number }>(sql.refetch, [ownerId, id, requestId]);
    return row?.dispatch;
  }

  async knownContent({ ownerId, documentId, version }: Claim): Promise<KnownContent> {
    const [row] = await this.database.query<KnownRow>(sql.knownContent, [ownerId, documentId, version]);
    return {
      sha256: row?.sha256 ?? null,
      etag: row?.etag ?? null,
      lastModified: row?.last_modified ?? null,
    };
  }

  async findTwin({ ownerId, collectionId, documentId }: Claim, sha256: string): Promise<string | undefined> {
    const twin = [ownerId, collectionId, documentId, sha256];
    const [row] = await this.database.query<{ id: string }>(sql.findTwin, twin);
    return row?.id;
  }

  async recordFetched(claim: Claim, fetched: FetchedVersion): Promise<boolean> {
    const touched = await this.database.execute(sql.recordFetched, [
      ...heldBy(claim),
      fetched.filename,
      fetched.mimeType,
      fetched.sizeBytes,
      fetched.sha256,
      fetched.objectKey,
      fetched.canonicalUrl,
      fetched.etag,
      fetched.lastModified,
    ]);
    return touched === 1;
  }

  async withdraw(claim: Claim, { canonicalUrl, etag, lastModified }: Sighting): Promise<boolean> {
    const { ownerId, documentId, version } = claim;
    const document = await this.database.query(lockDocument, [ownerId, documentId]);
    if (document.length === 0) return false;
    const [taken] = await this.database.query<TakenRow>(sql.takeBack, heldBy(claim));
    if (!taken) return false;
    await this.database.execute(sql.restoreNewest, [ownerId, documentId, version]);
    const seen = [
      ownerId,
      documentId,
      version,
      canonicalUrl,
      etag,
      lastModified,
      taken.epoch,
      taken.dispatch,
    ];
    await this.database.execute(sql.seenAgain, seen);
    return true;
  }

  async replaceTitle({ ownerId, documentId }: Claim, from: string, to: string): Promise<void> {
    await this.database.execute(sql.replaceTitle, [ownerId, documentId, from, to]);
  }
}

const heldBy = (claim: Claim): unknown[] => [claim.ownerId, claim.documentId, claim.version, claim.epoch];
