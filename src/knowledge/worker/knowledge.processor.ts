import { Processor } from '@nestjs/bullmq';
import { handle, QueueProcessor, workerOptions } from '../../platform/queue/queue-processor.js';
import { WorkerRuntime } from '../../platform/queue/worker-runtime.js';
import { IngestDocument } from '../application/ingest-document.job.js';
import { IngestDocumentService } from '../application/ingest-document.service.js';
import { RemoveCollection } from '../application/remove-collection.job.js';
import { RemoveDocument } from '../application/remove-document.job.js';
import { RemoveDocuments } from '../application/remove-documents.service.js';

@Processor('knowledge', workerOptions)
export class KnowledgeProcessor extends QueueProcessor {
  protected readonly queue = 'knowledge';
  protected readonly handlers = [
    handle(IngestDocument, (payload, { signal }) => this.ingestion.execute(payload, signal)),
    handle(RemoveDocument, ({ documentId }) => this.removal.removeDocument(documentId)),
    handle(RemoveCollection, ({ collectionId }, { signal }) =>
      this.removal.removeCollection(collectionId, signal),
    ),
  ];

  constructor(
    runtime: WorkerRuntime,
    private readonly ingestion: IngestDocumentService,
    private readonly removal: RemoveDocuments,
  ) {
    super(runtime);
  }
}
