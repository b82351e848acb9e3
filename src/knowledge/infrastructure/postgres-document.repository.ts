import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Page, PageRequest } from '../../shared/page.js';
import { toProblem } from '../../shared/problem.js';
import {
  DocumentRepository,
  type NewDocument,
  type NewVersion,
  type Queued,
} from '../application/document.repository.js';
import type { Document, DocumentStatus, DocumentVersion } from '../domain/document.js';
import { versionSuperseded } from '../domain/knowledge-errors.js';
import { toDocument, toVersion, type DocumentRow, type VersionRow } from './document-row.js';
import * as sql from './document.sql.js';

@Injectable()
export class PostgresDocumentRepository extends DocumentRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async insert(document: NewDocument & Queued): Promise<void> {
    const { id, ownerId, collectionId, title, metadata } = document;
    await this.database.execute(sql.insertDocument, [
      id,
      ownerId,
      collectionId,
      title,
      JSON.stringify(metadata),
    ]);
    await this.insertVersion({ id, ownerId, collectionId }, 1, document);
  }

  async findById(ownerId: string, id: string): Promise<Document | undefined> {
    return this.one(sql.findById, [ownerId, id]);
  }

  async list(
    ownerId: string,
    collectionId: string,
    page: PageRequest,
    status?: DocumentStatus,
  ): Promise<Page<Document>> {
    const rows = await this.database.query<DocumentRow>(sql.listByCollection, [
      ownerId,
      collectionId,
      page.afterId ?? null,
      status ?? null,
      page.limit + 1,
    ]);
    const data = rows.slice(0, page.limit).map(toDocument);
    return { data, nextCursor: rows.length > page.limit ? data.at(-1)!.id : null };
  }

  async lock(ownerId: string, id: string): Promise<Document | undefined> {
    const held = await this.database.query(sql.lock, [ownerId, id]);
    return held.length === 0 ? undefined : this.findById(ownerId, id);
  }

  async findByHash(ownerId: string, collectionId: string, sha256: string): Promise<Document | undefined> {
    return this.one(sql.findByHash, [ownerId, collectionId, sha256]);
  }

  async findVersion(ownerId: string, id: string, version: number): Promise<DocumentVersion | undefined> {
    const [row] = await this.database.query<VersionRow>(sql.findVersion, [ownerId, id, version]);
    return row && toVersion(row);
  }

  async update(document: Pick<Document, 'id' | 'ownerId' | 'title' | 'metadata'>): Promise<void> {
    const { ownerId, id, title, metadata } = document;
    await this.database.execute(sql.update, [ownerId, id, title, JSON.stringify(metadata)]);
  }

  async addVersion(document: Document, version: NewVersion & Queued): Promise<void> {
    const { ownerId, id } = document;
    const reason = JSON.stringify(toProblem(versionSuperseded(), null));
    await this.database.execute(sql.supersedeVersion, [ownerId, id, document.version, reason]);
    await this.insertVersion(document, document.version + 1, version);
    await this.database.execute(sql.setNewestVersion, [ownerId, id, document.version + 1]);
  }

  async requeue(ownerId: string, id: string, requestId: string | null): Promise<number | undefined> {
    const [row] = await this.database.query<{ dispatch: number }>(sql.requeue, [ownerId, id, requestId]);
    return row?.dispatch;
  }

  async markDeleted(ownerId: string, id: string): Promise<void> {
    await this.database.execute(sql.stopWork, [ownerId, id]);
    await this.database.execute(sql.markDeleted, [ownerId, id]);
  }

  async existing(ownerId: string, ids: string[], only?: 'searchable'): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>(sql.existing, [
      ownerId,
      ids,
      only === 'searchable',
    ]);
    return new Set(rows.map(({ id }) => id));
  }

  private async one(statement: string, parameters: unknown[]): Promise<Document | undefined> {
    const [row] = await this.database.query<DocumentRow>(statement, parameters);
    return row && toDocument(row);
  }

  private async insertVersion(
    document: Pick<Document, 'id' | 'ownerId' | 'collectionId'>,
    number: number,
    version: NewVersion & Queued,
  ): Promise<void> {
    await this.database.execute(sql.insertVersion, [
      document.id,
      number,
      document.ownerId,
      document.collectionId,
      version.filename,
      version.mimeType,
      version.sizeBytes,
      version.sha256,
      version.objectKey,
      version.requestId,
    ]);
  }
}
