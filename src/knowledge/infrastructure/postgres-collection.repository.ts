import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Page, PageRequest } from '../../shared/page.js';
import { CollectionRepository, type NewCollection } from '../application/collection.repository.js';
import type { Collection, CollectionSummary } from '../domain/collection.js';
import * as sql from './collection.sql.js';
import { isUniqueViolation } from './unique-violation.js';

interface CollectionRow {
  id: string;
  owner_id: string;
  name: string;
  description: string | null;
  embedding_model: string;
  revision: number;
  created_at: Date;
  updated_at: Date;
}

interface SummaryRow extends CollectionRow {
  document_count: string;
  size_bytes: string;
}

@Injectable()
export class PostgresCollectionRepository extends CollectionRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async insert(collection: NewCollection): Promise<boolean> {
    const { id, ownerId, name, description, embeddingModel } = collection;
    const rows = await this.database.query(sql.insert, [id, ownerId, name, description, embeddingModel]);
    return rows.length === 1;
  }

  async findById(ownerId: string, id: string): Promise<CollectionSummary | undefined> {
    const [row] = await this.database.query<SummaryRow>(sql.summary(sql.byId), [ownerId, id]);
    return row && toSummary(row);
  }

  async list(ownerId: string, page: PageRequest, name?: string): Promise<Page<CollectionSummary>> {
    const rows = await this.database.query<SummaryRow>(sql.summary(sql.newestFirst), [
      ownerId,
      page.afterId ?? null,
      name ?? null,
      page.limit + 1,
    ]);
    const data = rows.slice(0, page.limit).map(toSummary);
    return { data, nextCursor: rows.length > page.limit ? data.at(-1)!.id : null };
  }

  async existing(ownerId: string, ids: string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>(sql.existing, [ownerId, ids]);
    return new Set(rows.map(({ id }) => id));
  }

  async lock(ownerId: string, id: string): Promise<Collection | undefined> {
    const [row] = await this.database.query<CollectionRow>(sql.lock, [ownerId, id]);
    return row && toCollection(row);
  }

  async update(collection: Pick<Collection, 'id' | 'ownerId' | 'name' | 'description'>): Promise<boolean> {
    const { ownerId, id, name, description } = collection;
    try {
      await this.database.execute(sql.update, [ownerId, id, name, description]);
      return true;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }

  async markDeleted(ownerId: string, id: string): Promise<void> {
    await this.database.execute(sql.markDeleted, [ownerId, id]);
    await this.database.execute(sql.markDocumentsDeleted, [ownerId, id]);
    await this.database.execute(sql.stopWorkOnDocuments, [ownerId, id]);
  }
}

const toCollection = (row: CollectionRow): Collection => ({
  id: row.id,
  ownerId: row.owner_id,
  name: row.name,
  description: row.description,
  embeddingModel: row.embedding_model,
  revision: row.revision,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const toSummary = (row: SummaryRow): CollectionSummary => ({
  ...toCollection(row),
  documentCount: Number(row.document_count),
  sizeBytes: Number(row.size_bytes),
});
