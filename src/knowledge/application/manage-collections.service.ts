import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/transaction.port.js';
import { Embedder } from '../../platform/models/embedder.port.js';
import { JobDispatcher } from '../../platform/queue/job-dispatcher.port.js';
import { newId } from '../../shared/ids.js';
import type { Page, PageRequest } from '../../shared/page.js';
import { defaultCollectionName, type Collection, type CollectionSummary } from '../domain/collection.js';
import {
  collectionNameTaken,
  collectionNotFound,
  defaultCollectionStays,
} from '../domain/knowledge-errors.js';
import { CollectionRepository } from './collection.repository.js';
import { DocumentDispatch } from './document-dispatch.service.js';
import { assertRevision, type ExpectedRevision } from './expected-revision.js';
import { RemoveCollection, removeCollectionJobId } from './remove-collection.job.js';

@Injectable()
export class ManageCollections {
  constructor(
    private readonly collections: CollectionRepository,
    private readonly transaction: Transaction,
    private readonly embedder: Embedder,
    private readonly dispatcher: JobDispatcher,
    private readonly dispatch: DocumentDispatch,
  ) {}

  async create(
    ownerId: string,
    given: { name: string; description: string | null },
  ): Promise<CollectionSummary> {
    await this.ensureDefault(ownerId);
    const id = newId();
    const { model } = this.embedder;
    if (!(await this.collections.insert({ id, ownerId, ...given, embeddingModel: model }))) {
      throw collectionNameTaken();
    }
    return this.get(ownerId, id);
  }

  async list(ownerId: string, page: PageRequest, name?: string): Promise<Page<CollectionSummary>> {
    await this.ensureDefault(ownerId);
    return this.collections.list(ownerId, page, name);
  }

  async get(ownerId: string, id: string): Promise<CollectionSummary> {
    const found = await this.collections.findById(ownerId, id);
    if (!found) throw collectionNotFound();
    return found;
  }

  async update(
    ownerId: string,
    id: string,
    patch: { name?: string; description?: string | null },
    expected?: ExpectedRevision,
  ): Promise<CollectionSummary> {
    await this.transaction.run(async () => {
      const collection = await this.lock(ownerId, id, expected);
      const { name = collection.name, description = collection.description } = patch;
      const renamed = name !== collection.name;
      if (renamed && collection.name === defaultCollectionName) throw defaultCollectionStays();
      if (!(await this.collections.update({ id, ownerId, name, description }))) throw collectionNameTaken();
    });
    return this.get(ownerId, id);
  }

  /** Hides the collection and its documents at once; a job takes away what they leave. */
  async delete(
    ownerId: string,
    id: string,
    requestId: string | null,
    expected?: ExpectedRevision,
  ): Promise<void> {
    await this.transaction.run(async () => {
      const collection = await this.lock(ownerId, id, expected);
      if (collection.name === defaultCollectionName) throw defaultCollectionStays();
      // Its lexical statistics go with its row: nothing can search it any more, so nothing reads them till then.
      await this.collections.markDeleted(ownerId, id);
      await this.dispatcher.dispatch(
        RemoveCollection,
        { collectionId: id, requestId },
        { jobId: removeCollectionJobId(id) },
      );
      await this.dispatch.notify(null, id);
    });
  }

  private async lock(ownerId: string, id: string, expected?: ExpectedRevision): Promise<Collection> {
    const collection = await this.collections.lock(ownerId, id);
    if (!collection) throw collectionNotFound();
    assertRevision(collection.revision, expected);
    return collection;
  }

  /** Every owner has one from the start; made when it is first looked for, by whoever comes first. */
  private async ensureDefault(ownerId: string): Promise<void> {
    await this.collections.insert({
      id: newId(),
      ownerId,
      name: defaultCollectionName,
      description: null,
      embeddingModel: this.embedder.model,
    });
  }
}
