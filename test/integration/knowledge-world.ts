import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { ChunkIndex } from '../../src/knowledge/application/chunk-index.port.js';
import { DocumentChunker } from '../../src/knowledge/application/document-chunker.port.js';
import { FeedReindexes } from '../../src/knowledge/application/feed-reindexes.service.js';
import { GenerateMetadata } from '../../src/knowledge/application/generate-metadata.service.js';
import { IngestDocumentService } from '../../src/knowledge/application/ingest-document.service.js';
import { ReconcileIngestion } from '../../src/knowledge/application/reconcile-ingestion.service.js';
import type { RemoveCollectionPayload } from '../../src/knowledge/application/remove-collection.job.js';
import type { RemoveDocumentPayload } from '../../src/knowledge/application/remove-document.job.js';
import { RemoveDocuments } from '../../src/knowledge/application/remove-documents.service.js';
import { SweepLeftovers } from '../../src/knowledge/application/sweep-leftovers.service.js';
import { TextExtractor } from '../../src/knowledge/application/text-extractor.port.js';
import { TypeDetector } from '../../src/knowledge/application/type-detector.port.js';
import { CollectionsController } from '../../src/knowledge/http/collections.controller.js';
import { DocumentContentController } from '../../src/knowledge/http/document-content.controller.js';
import { DocumentEventsController } from '../../src/knowledge/http/document-events.controller.js';
import { DocumentsController } from '../../src/knowledge/http/documents.controller.js';
import { ReindexController } from '../../src/knowledge/http/reindex.controller.js';
import { UploadsController } from '../../src/knowledge/http/uploads.controller.js';
import { PgvectorChunkIndex } from '../../src/knowledge/infrastructure/pgvector-chunk-index.js';
import {
  knowledgeCore,
  knowledgeRequests,
  knowledgeWork,
  metadataWork,
} from '../../src/knowledge/knowledge-providers.js';
import { Transaction } from '../../src/platform/database/transaction.port.js';
import { SseModule } from '../../src/platform/http/sse.module.js';
import { ChatModel } from '../../src/platform/models/chat-model.port.js';
import { Embedder } from '../../src/platform/models/embedder.port.js';
import { FilePromptLibrary } from '../../src/platform/models/file-prompt-library.js';
import { PromptLibrary } from '../../src/platform/models/prompt-library.port.js';
import { TokenCounter } from '../../src/platform/models/token-counter.port.js';
import { DiskObjectStore } from '../../src/platform/object-storage/disk-object-store.js';
import { ObjectStore } from '../../src/platform/object-storage/object-store.port.js';
import { JobDispatcher } from '../../src/platform/queue/job-dispatcher.port.js';
import { Tokenizer } from '../../src/platform/text/tokenizer.port.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { DrainableJobs } from '../fakes/drainable-jobs.js';
import { LetterEmbedder } from '../fakes/letter-embedder.js';
import { ParagraphChunker, PlainTextExtractor, TextTypeDetector } from '../fakes/plain-text-reading.js';
import { SteeredChatModel } from '../fakes/steered-chat-model.js';
import { WordTokenCounter } from '../fakes/word-token-counter.js';
import { WordTokenizer } from '../fakes/word-tokenizer.js';
import { SseClient } from '../sse-client.js';
import { startProbe, type Probe, type ProbeAnswer } from './http-probe.js';

@Module({})
class KnowledgeWorldModule {}

export interface FormPart {
  name?: string;
  filename?: string;
  type?: string;
  content: string | Buffer;
}

export interface DocumentJson {
  id: string;
  collectionId: string;
  title: string;
  filename: string;
  mimeType: string | null;
  sizeBytes: number;
  sha256: string | null;
  source: { url: string; canonicalUrl: string | null; fetchedAt: string | null } | null;
  version: number;
  searchableVersion: number | null;
  status: string;
  progress: {
    stage: string;
    percent: number;
    done: number | null;
    total: number | null;
    unit: string | null;
  };
  metadata: Record<string, unknown>;
  generated: { summary: string; keywords: string[]; category: string } | null;
  chunkCount: number;
  attempts: number;
  error: { code: string; status: number } | null;
  duplicate?: boolean;
}

const boundary = '----protostar-test';

/** A form as a browser would write it: names and file names in UTF-8. */
export function formBody(parts: FormPart[]): Buffer {
  const pieces = parts.flatMap(({ name = 'file', filename, type, content }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"` +
        `${filename === undefined ? '' : `; filename="${filename}"`}\r\n` +
        `${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n`,
    ),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}

export const formHeaders = { 'content-type': `multipart/form-data; boundary=${boundary}` };

/**
 * The knowledge routes and the worker's services over a real database and disk. The queue is the test's to drain;
 * reading and embedding are simple stand-ins.
 */
export class KnowledgeWorld {
  readonly embedder = new LetterEmbedder();
  /** Writes metadata; asked for nothing else. */
  readonly model = new SteeredChatModel();
  readonly extractor = new PlainTextExtractor();
  jobs: DrainableJobs;
  objects: ObjectStore;
  probe: Probe;
  ingestion: IngestDocumentService;
  metadata: GenerateMetadata;
  reconciler: ReconcileIngestion;
  reindexes: FeedReindexes;
  sweep: SweepLeftovers;
  chunkIndex: ChunkIndex;
  /** Sent with every request. */
  headers: Record<string, string> = {};
  private removal: RemoveDocuments;
  private folder: string;

  /** @param makeObjects in place of a store on disk. */
  static async open(
    environment: Record<string, string> = {},
    makeObjects?: (transaction: Transaction) => ObjectStore,
  ): Promise<KnowledgeWorld> {
    const world = new KnowledgeWorld();
    world.folder = await mkdtemp(path.join(tmpdir(), 'knowledge-'));
    const onDisk = (transaction: Transaction): ObjectStore => new DiskObjectStore(world.folder, transaction);
    const module: DynamicModule = {
      module: KnowledgeWorldModule,
      imports: [SseModule, WebhooksModule],
      providers: [
        ...knowledgeCore,
        ...knowledgeRequests,
        ...knowledgeWork,
        ...metadataWork,
        { provide: ChunkIndex, useClass: PgvectorChunkIndex },
        { provide: Tokenizer, useClass: WordTokenizer },
        { provide: Embedder, useValue: world.embedder },
        { provide: ChatModel, useValue: world.model },
        { provide: PromptLibrary, useClass: FilePromptLibrary },
        { provide: TokenCounter, useClass: WordTokenCounter },
        { provide: TextExtractor, useValue: world.extractor },
        { provide: DocumentChunker, useClass: ParagraphChunker },
        { provide: TypeDetector, useClass: TextTypeDetector },
        {
          provide: ObjectStore,
          useFactory: makeObjects ?? onDisk,
          inject: [Transaction],
        },
        {
          provide: JobDispatcher,
          useFactory: (transaction: Transaction) => new DrainableJobs(transaction),
          inject: [Transaction],
        },
      ],
      controllers: [
        CollectionsController,
        DocumentsController,
        DocumentContentController,
        DocumentEventsController,
        ReindexController,
        UploadsController,
      ],
    };
    world.probe = await startProbe([], environment, { imports: [module] });
    const { app } = world.probe;
    world.jobs = app.get(JobDispatcher, { strict: false });
    world.objects = app.get(ObjectStore, { strict: false });
    world.ingestion = app.get(IngestDocumentService, { strict: false });
    world.metadata = app.get(GenerateMetadata, { strict: false });
    world.reconciler = app.get(ReconcileIngestion, { strict: false });
    world.reindexes = app.get(FeedReindexes, { strict: false });
    world.sweep = app.get(SweepLeftovers, { strict: false });
    world.removal = app.get(RemoveDocuments, { strict: false });
    world.chunkIndex = app.get(ChunkIndex, { strict: false });
    return world;
  }

  async close(): Promise<void> {
    await this.probe.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** As the worker would; @returns the errors of failed jobs. */
  drain(shutdown: AbortSignal = new AbortController().signal): Promise<unknown[]> {
    return this.jobs.drain({
      'ingest-document': () => this.ingestNext(shutdown),
      'remove-document': ({ documentId }: RemoveDocumentPayload) => this.removal.removeDocument(documentId),
      'remove-collection': ({ collectionId }: RemoveCollectionPayload) =>
        this.removal.removeCollection(collectionId, shutdown),
    });
  }

  /** As one job would. */
  async ingestNext(shutdown: AbortSignal = new AbortController().signal): Promise<void> {
    const claim = await this.ingestion.claimNext();
    if (claim) await this.ingestion.execute(claim, shutdown);
  }

  send(
    method: string,
    route: string,
    body?: object | string | Buffer,
    headers: Record<string, string> = {},
  ): Promise<ProbeAnswer> {
    return this.probe.send(`/api/v1${route}`, { method, body, headers: { ...this.headers, ...headers } });
  }

  get(route: string, headers: Record<string, string> = {}): Promise<ProbeAnswer> {
    return this.send('GET', route, undefined, headers);
  }

  async addUrl(collectionId: string, url: string, metadata?: object): Promise<ProbeAnswer> {
    return this.send('POST', `/collections/${collectionId}/documents`, { url, metadata });
  }

  upload(
    collectionId: string,
    parts: FormPart[],
    headers: Record<string, string> = {},
  ): Promise<ProbeAnswer> {
    return this.send('POST', `/collections/${collectionId}/documents`, formBody(parts), {
      ...formHeaders,
      ...headers,
    });
  }

  /** Uploads the next version of a document. */
  replace(id: string, content: string): Promise<ProbeAnswer> {
    return this.send(
      'PUT',
      `/documents/${id}/content`,
      formBody([{ filename: 'next.txt', content }]),
      formHeaders,
    );
  }

  async defaultCollection(): Promise<string> {
    const answer = await this.get('/collections?name=default');
    return answer.json<{ data: { id: string }[] }>().data[0]!.id;
  }

  async aCollection(name: string): Promise<string> {
    return (await this.send('POST', '/collections', { name })).json<{ id: string }>().id;
  }

  /** Uploads one file and answers its element. */
  async aDocument(
    collectionId: string,
    content: string | Buffer,
    filename = 'note.txt',
  ): Promise<DocumentJson> {
    const answer = await this.upload(collectionId, [{ filename, content }]);
    return answer.json<{ data: DocumentJson[] }>().data[0]!;
  }

  async aReadyDocument(collectionId: string, content: string, filename?: string): Promise<DocumentJson> {
    const { id } = await this.aDocument(collectionId, content, filename);
    await this.drain();
    return this.document(id);
  }

  async document(id: string): Promise<DocumentJson> {
    return (await this.get(`/documents/${id}`)).json<DocumentJson>();
  }

  follow(route: string, headers: Record<string, string> = {}): Promise<SseClient> {
    return SseClient.open(this.probe.port, `/api/v1${route}`, { headers: { ...this.headers, ...headers } });
  }

  async objectKeys(): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of this.objects.list('')) keys.push(key);
    return keys.sort();
  }

  query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.probe.database.database.query<Row>(sql, parameters);
  }

  async count(table: string): Promise<number> {
    const [row] = await this.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
    return Number(row!.count);
  }
}
