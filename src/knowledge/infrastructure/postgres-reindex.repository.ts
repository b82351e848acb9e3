import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import {
  ReindexRepository,
  type CollectionRef,
  type QueuedVersion,
  type ReindexRun,
} from '../application/reindex.repository.js';
import type { ReindexCounts } from '../domain/reindex.js';
import * as sql from './reindex.sql.js';

interface RunRow {
  id: string;
  collection_id: string;
  owner_id: string;
  model: string;
}

interface CountedRow extends RunRow {
  all_queued: boolean;
  total: string;
  done: string;
  failed: string;
  left: string;
}

@Injectable()
export class PostgresReindexRepository extends ReindexRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async listOfOtherModels(model: string): Promise<CollectionRef[]> {
    const rows = await this.database.query<RunRow>(sql.listOfOtherModels, [model]);
    return rows.map((row) => ({ ownerId: row.owner_id, collectionId: row.collection_id }));
  }

  async start({ id, collectionId, ownerId, model }: ReindexRun): Promise<void> {
    await this.database.execute(sql.start, [collectionId, ownerId, id, model]);
    await this.database.execute(sql.takeOnModel, [ownerId, collectionId, model]);
  }

  async find(ownerId: string, collectionId: string): Promise<(ReindexRun & ReindexCounts) | undefined> {
    const [row] = await this.database.query<CountedRow>(sql.find, [ownerId, collectionId]);
    if (!row) return undefined;
    return {
      ...toRun(row),
      allQueued: row.all_queued,
      total: Number(row.total) + Number(row.left),
      done: Number(row.done),
      failed: Number(row.failed),
    };
  }

  async listUnfinished(): Promise<ReindexRun[]> {
    return (await this.database.query<RunRow>(sql.listUnfinished)).map(toRun);
  }

  async queueNext({ id }: ReindexRun, window: number): Promise<QueuedVersion[]> {
    const [held] = await this.database.query<{ waiting: string }>(sql.hold, [id]);
    const free = window - Number(held?.waiting ?? window);
    if (free <= 0) return [];
    const locked = await this.database.query<{ id: string }>(sql.lockNext, [id, free]);
    const rows = await this.database.query<{ document_id: string; version: number }>(sql.queueNext, [
      id,
      locked.map((row) => row.id),
    ]);
    if (locked.length < free) await this.database.execute(sql.noteAllQueued, [id]);
    return rows.map((row) => ({ documentId: row.document_id, version: row.version }));
  }
}

const toRun = (row: RunRow): ReindexRun => ({
  id: row.id,
  collectionId: row.collection_id,
  ownerId: row.owner_id,
  model: row.model,
});
