import { Module } from '@nestjs/common';
import { ChunkIndex } from './application/chunk-index.port.js';
import { CollectionRepository } from './application/collection.repository.js';
import { DocumentRepository } from './application/document.repository.js';
import { KnowledgeAccess } from './application/knowledge-access.port.js';
import { PassageSearch } from './application/passage-search.port.js';
import { SearchPassages } from './application/search-passages.port.js';
import { SearchPassagesService } from './application/search-passages.service.js';
import { PgvectorChunkIndex } from './infrastructure/pgvector-chunk-index.js';
import { PgvectorPassageSearch } from './infrastructure/pgvector-passage-search.js';
import { knowledgeCore } from './knowledge-providers.js';

/** What other features see: searching and asking after documents. Its own two modules share the repositories. */
@Module({
  providers: [
    ...knowledgeCore,
    { provide: ChunkIndex, useClass: PgvectorChunkIndex },
    { provide: PassageSearch, useClass: PgvectorPassageSearch },
    { provide: SearchPassages, useClass: SearchPassagesService },
  ],
  exports: [KnowledgeAccess, SearchPassages, CollectionRepository, DocumentRepository, ChunkIndex],
})
export class KnowledgeModule {}
