import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import { Embedder } from '../../platform/models/embedder.port.js';
import type { AppError } from '../../shared/app-error.js';
import { newId } from '../../shared/ids.js';
import { collectionNotFound, reindexIncomplete } from '../domain/knowledge-errors.js';
import { reindexStatusOf, type ReindexStatus } from '../domain/reindex.js';
import { CollectionRepository } from './collection.repository.js';
import { ReindexRepository } from './reindex.repository.js';

export interface ReindexState {
  status: ReindexStatus;
  model: string;
  done: number;
  total: number;
  error: AppError | null;
}

/**
 * Reads every searchable document of a collection anew: text, chunks and vectors, as they are made today. Each gets a
 * new version of the same bytes, so that the old index answers until the new one is there, and for good if it fails.
 */
@Injectable()
export class ReindexCollection {
  constructor(
    private readonly collections: CollectionRepository,
    private readonly reindexes: ReindexRepository,
    private readonly transaction: Transaction,
    private readonly embedder: Embedder,
  ) {}

  /** While a run goes on, asking for one more changes nothing; one that led to another model is replaced. */
  async start(ownerId: string, collectionId: string): Promise<ReindexState> {
    return this.transaction.run(async () => {
      // The lock makes two that ask at once take turns.
      if (!(await this.collections.lock(ownerId, collectionId))) throw collectionNotFound();
      const last = await this.state(ownerId, collectionId);
      const { model } = this.embedder;
      if (last?.status === 'running' && last.model === model) return last;
      await this.reindexes.start({ id: newId(), collectionId, ownerId, model });
      return this.get(ownerId, collectionId);
    });
  }

  async get(ownerId: string, collectionId: string): Promise<ReindexState> {
    const collection = await this.collections.findById(ownerId, collectionId);
    if (!collection) throw collectionNotFound();
    const idle = {
      status: 'idle',
      model: collection.embeddingModel,
      done: 0,
      total: 0,
      error: null,
    } as const;
    return (await this.state(ownerId, collectionId)) ?? idle;
  }

  private async state(ownerId: string, collectionId: string): Promise<ReindexState | undefined> {
    const run = await this.reindexes.find(ownerId, collectionId);
    if (!run) return undefined;
    const { model, done, total, failed } = run;
    const status = reindexStatusOf(run);
    return {
      status,
      model,
      done,
      total,
      error: status === 'failed' ? reindexIncomplete(failed, total) : null,
    };
  }
}
