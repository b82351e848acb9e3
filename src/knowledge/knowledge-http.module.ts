import { Module } from '@nestjs/common';
import { SseModule } from '../platform/http/sse.module.js';
import { TypeDetector } from './application/type-detector.port.js';
import { CollectionsController } from './http/collections.controller.js';
import { DocumentContentController } from './http/document-content.controller.js';
import { DocumentEventsController } from './http/document-events.controller.js';
import { DocumentsController } from './http/documents.controller.js';
import { ReindexController } from './http/reindex.controller.js';
import { SearchController } from './http/search.controller.js';
import { UploadsController } from './http/uploads.controller.js';
import { ContentTypeDetector } from './infrastructure/extraction/content-type-detector.js';
import { knowledgeRequests } from './knowledge-providers.js';
import { KnowledgeModule } from './knowledge.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';

@Module({
  imports: [KnowledgeModule, SseModule, WebhooksModule],
  controllers: [
    CollectionsController,
    DocumentsController,
    DocumentContentController,
    DocumentEventsController,
    UploadsController,
    ReindexController,
    SearchController,
  ],
  providers: [...knowledgeRequests, { provide: TypeDetector, useClass: ContentTypeDetector }],
})
export class KnowledgeHttpModule {}
