import { Injectable } from '@nestjs/common';
import { KnowledgeConfig } from '../../platform/config/knowledge.config.js';
import { Logger } from '../../platform/logging/logger.port.js';
import { Embedder } from '../../platform/models/embedder.port.js';
import { crashPoint } from '../../shared/crash-point.js';
import { ReindexCollection } from './reindex-collection.service.js';
import { ReindexRepository } from './reindex.repository.js';

/**
 * After the embedding model has changed, vectors of the old one are not compared with questions of the new one: what has
 * no others is found by its words alone, until it is embedded anew. That costs a model's work for every document, so it
 * is done only where it is allowed, and said otherwise.
 */
@Injectable()
export class FollowEmbeddingModel {
  constructor(
    private readonly reindexes: ReindexRepository,
    private readonly reindexing: ReindexCollection,
    private readonly embedder: Embedder,
    private readonly config: KnowledgeConfig,
    private readonly logger: Logger,
  ) {}

  async execute(): Promise<void> {
    const { model } = this.embedder;
    const stale = await this.reindexes.listOfOtherModels(model);
    if (stale.length === 0) return;
    const collections = stale.length;
    if (!this.config.reembedOnModelChange) {
      const remedy =
        'Their documents are found by words alone. Set REEMBED_ON_MODEL_CHANGE=true, or ask for POST /collections/{id}/reindex.';
      this.logger.warn('embedding-model.changed', { model, collections, remedy });
      return;
    }
    this.logger.info('embedding-model.followed', { model, collections });
    for (const { ownerId, collectionId } of stale) {
      crashPoint('knowledge.before-reindex');
      await this.reindexing.start(ownerId, collectionId);
      crashPoint('knowledge.after-reindex');
    }
  }
}
