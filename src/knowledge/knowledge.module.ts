import { Module } from '@nestjs/common';
import { RerankConfig } from '../platform/config/rerank.config.js';
import { Logger } from '../platform/logging/logger.port.js';
import { Reranker } from '../platform/models/reranker.port.js';
import { ChunkIndex } from './application/chunk-index.port.js';
import { CollectionRepository } from './application/collection.repository.js';
import { DocumentRepository } from './application/document.repository.js';
import { KnowledgeAccess } from './application/knowledge-access.port.js';
import { PassageNeighbours } from './application/passage-neighbours.port.js';
import { PassageSearch } from './application/passage-search.port.js';
import { RerankedSearch } from './application/reranked-search.js';
import { SearchPassages } from './application/search-passages.port.js';
import { SearchPassagesService } from './application/search-passages.service.js';
import { WordRarity } from './application/word-rarity.port.js';
import { WordRarityService } from './application/word-rarity.service.js';
import { PgvectorChunkIndex } from './infrastructure/pgvector-chunk-index.js';
import { PgvectorPassageSearch } from './infrastructure/pgvector-passage-search.js';
import { PostgresPassageNeighbours } from './infrastructure/postgres-passage-neighbours.js';
import { knowledgeCore } from './knowledge-providers.js';

/** What other features see: searching and asking after documents. Its own two modules share the repositories. */
@Module({
  providers: [
    ...knowledgeCore,
    { provide: ChunkIndex, useClass: PgvectorChunkIndex },
    { provide: PassageSearch, useClass: PgvectorPassageSearch },
    { provide: WordRarity, useClass: WordRarityService },
    { provide: PassageNeighbours, useClass: PostgresPassageNeighbours },
    SearchPassagesService,
    {
      provide: SearchPassages,
      useFactory: (
        search: SearchPassagesService,
        reranker: Reranker | null,
        config: RerankConfig,
        logger: Logger,
      ): SearchPassages => (reranker ? new RerankedSearch(search, reranker, config, logger) : search),
      inject: [SearchPassagesService, Reranker, RerankConfig, Logger],
    },
  ],
  exports: [
    KnowledgeAccess,
    PassageNeighbours,
    WordRarity,
    SearchPassages,
    CollectionRepository,
    DocumentRepository,
    ChunkIndex,
  ],
})
export class KnowledgeModule {}
