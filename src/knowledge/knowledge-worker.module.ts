import { Module } from '@nestjs/common';
import { ChunkingConfig } from '../platform/config/chunking.config.js';
import { ExtractionConfig } from '../platform/config/extraction.config.js';
import { DocumentChunker } from './application/document-chunker.port.js';
import { LexicalUpkeep } from './application/lexical-upkeep.port.js';
import { TypeDetector } from './application/type-detector.port.js';
import { TextExtractor } from './application/text-extractor.port.js';
import { ThreadedDocumentChunker } from './infrastructure/chunking/threaded-document-chunker.js';
import { ChildProcessTextExtractor } from './infrastructure/extraction/child-process-text-extractor.js';
import { ContentTypeDetector } from './infrastructure/extraction/content-type-detector.js';
import { PostgresLexicalUpkeep } from './infrastructure/postgres-lexical-upkeep.js';
import { knowledgeWork, metadataWork } from './knowledge-providers.js';
import { KnowledgeModule } from './knowledge.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { KnowledgeUpkeep } from './worker/knowledge-upkeep.js';
import { LexicalTermsUpkeep } from './worker/lexical-terms-upkeep.js';
import { KnowledgeProcessor } from './worker/knowledge.processor.js';
import { MetadataGenerator } from './worker/metadata-generator.js';
import { ReindexFeed } from './worker/reindex-feed.js';
import { VectorIndexUpkeep } from './worker/vector-index-upkeep.js';

/** Never imported by the API: Nest starts a worker wherever a processor is provided. */
@Module({
  imports: [KnowledgeModule, WebhooksModule],
  providers: [
    ...knowledgeWork,
    ...metadataWork,
    {
      provide: DocumentChunker,
      useFactory: (config: ChunkingConfig) => new ThreadedDocumentChunker(config),
      inject: [ChunkingConfig],
    },
    {
      provide: TextExtractor,
      useFactory: (config: ExtractionConfig) => new ChildProcessTextExtractor(config),
      inject: [ExtractionConfig],
    },
    { provide: TypeDetector, useClass: ContentTypeDetector },
    KnowledgeProcessor,
    { provide: LexicalUpkeep, useClass: PostgresLexicalUpkeep },
    KnowledgeUpkeep,
    LexicalTermsUpkeep,
    MetadataGenerator,
    ReindexFeed,
    VectorIndexUpkeep,
  ],
})
export class KnowledgeWorkerModule {}
