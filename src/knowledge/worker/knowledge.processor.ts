import { Processor } from '@nestjs/bullmq';
import { runInRequestContext } from '../../platform/logging/request-context.js';
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
    handle(IngestDocument, (_payload, { signal }) => this.ingestNext(signal)),
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

  /** What is taken may be of another request than the job: its logs are of its own. */
  private async ingestNext(shutdown: AbortSignal): Promise<void> {
    const claim = await this.ingestion.claimNext();
    if (!claim) return;
    await runInRequestContext({ requestId: claim.requestId }, () => this.ingestion.execute(claim, shutdown));
  }
}
