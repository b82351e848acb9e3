import type { Provider } from '@nestjs/common';
import { AddDocuments } from './application/add-documents.service.js';
import { AddUrl } from './application/add-url.service.js';
import { AskForMetadata } from './application/ask-for-metadata.service.js';
import { ChangeDocuments } from './application/change-documents.service.js';
import { CollectionRepository } from './application/collection.repository.js';
import { DocumentChanges } from './application/document-changes.service.js';
import { DocumentDispatch } from './application/document-dispatch.service.js';
import { DocumentQuota } from './application/document-quota.service.js';
import { DocumentRepository } from './application/document.repository.js';
import { DownloadPage } from './application/download-page.service.js';
import { EmbedChunks } from './application/embed-chunks.service.js';
import { FetchSource } from './application/fetch-source.service.js';
import { FeedReindexes } from './application/feed-reindexes.service.js';
import { FollowEmbeddingModel } from './application/follow-embedding-model.service.js';
import { FollowDocuments } from './application/follow-documents.service.js';
import { GenerateMetadata } from './application/generate-metadata.service.js';
import { IndexVersion } from './application/index-version.service.js';
import { IngestDocumentService } from './application/ingest-document.service.js';
import { IngestVersion } from './application/ingest-version.service.js';
import { IngestionRepository } from './application/ingestion.repository.js';
import { KnowledgeAccess } from './application/knowledge-access.port.js';
import { KnowledgeAccessService } from './application/knowledge-access.service.js';
import { ManageCollections } from './application/manage-collections.service.js';
import { MetadataWorkRepository } from './application/metadata-work.repository.js';
import { OwnerUsageRepository } from './application/owner-usage.repository.js';
import { QueueFetches } from './application/queue-fetches.service.js';
import { QueueVersions } from './application/queue-versions.service.js';
import { ReadDocuments } from './application/read-documents.service.js';
import { ReadFile } from './application/read-file.service.js';
import { ReceiveFile } from './application/receive-file.service.js';
import { ReconcileIngestion } from './application/reconcile-ingestion.service.js';
import { RefreshDocument } from './application/refresh-document.service.js';
import { ReindexCollection } from './application/reindex-collection.service.js';
import { ReindexRepository } from './application/reindex.repository.js';
import { RemovalRepository } from './application/removal.repository.js';
import { RemoveDocuments } from './application/remove-documents.service.js';
import { ReplaceContent } from './application/replace-content.service.js';
import { RetryDocument } from './application/retry-document.service.js';
import { RobotsGate } from './application/robots-gate.service.js';
import { SettleIngestion } from './application/settle-ingestion.service.js';
import { ReportZombies } from './application/report-zombies.service.js';
import { SourceRepository } from './application/source.repository.js';
import { SweepLeftovers } from './application/sweep-leftovers.service.js';
import { PostgresCollectionRepository } from './infrastructure/postgres-collection.repository.js';
import { PostgresDocumentRepository } from './infrastructure/postgres-document.repository.js';
import { PostgresIngestionRepository } from './infrastructure/postgres-ingestion.repository.js';
import { PostgresMetadataWorkRepository } from './infrastructure/postgres-metadata-work.repository.js';
import { PostgresOwnerUsageRepository } from './infrastructure/postgres-owner-usage.repository.js';
import { PostgresReindexRepository } from './infrastructure/postgres-reindex.repository.js';
import { PostgresRemovalRepository } from './infrastructure/postgres-removal.repository.js';
import { PostgresSourceRepository } from './infrastructure/postgres-source.repository.js';

/** What the API, the workers and other features alike need. */
export const knowledgeCore: Provider[] = [
  { provide: CollectionRepository, useClass: PostgresCollectionRepository },
  { provide: DocumentRepository, useClass: PostgresDocumentRepository },
  { provide: KnowledgeAccess, useClass: KnowledgeAccessService },
];

/** Behind the controllers. */
export const knowledgeRequests: Provider[] = [
  { provide: ReindexRepository, useClass: PostgresReindexRepository },
  { provide: OwnerUsageRepository, useClass: PostgresOwnerUsageRepository },
  { provide: SourceRepository, useClass: PostgresSourceRepository },
  AddDocuments,
  AddUrl,
  ChangeDocuments,
  DocumentChanges,
  DocumentDispatch,
  DocumentQuota,
  FollowDocuments,
  ManageCollections,
  QueueFetches,
  QueueVersions,
  ReadDocuments,
  ReceiveFile,
  RefreshDocument,
  ReindexCollection,
  ReplaceContent,
  RetryDocument,
];

/** Behind the processor and the upkeep. */
export const knowledgeWork: Provider[] = [
  { provide: IngestionRepository, useClass: PostgresIngestionRepository },
  { provide: ReindexRepository, useClass: PostgresReindexRepository },
  { provide: RemovalRepository, useClass: PostgresRemovalRepository },
  { provide: OwnerUsageRepository, useClass: PostgresOwnerUsageRepository },
  { provide: SourceRepository, useClass: PostgresSourceRepository },
  DocumentDispatch,
  DocumentQuota,
  DownloadPage,
  EmbedChunks,
  FetchSource,
  FeedReindexes,
  FollowEmbeddingModel,
  IndexVersion,
  IngestDocumentService,
  IngestVersion,
  ReadFile,
  ReceiveFile,
  ReconcileIngestion,
  RemoveDocuments,
  ReindexCollection,
  RobotsGate,
  SettleIngestion,
  ReportZombies,
  SweepLeftovers,
];

/** What the language model writes of documents that are ready. */
export const metadataWork: Provider[] = [
  { provide: MetadataWorkRepository, useClass: PostgresMetadataWorkRepository },
  AskForMetadata,
  GenerateMetadata,
];
