import { AnsweringConfig } from './answering.config.js';
import { AnswerLogConfig } from './answer-log.config.js';
import { AuthConfig } from './auth.config.js';
import { ChunkingConfig } from './chunking.config.js';
import { DatabaseConfig } from './database.config.js';
import { ExtractionConfig } from './extraction.config.js';
import { ClientConfig } from './client.config.js';
import { FaultsConfig } from './faults.config.js';
import { FetchConfig } from './fetch.config.js';
import { KnowledgeConfig } from './knowledge.config.js';
import { ChatHttpConfig } from './chat-http.config.js';
import { LocalModelsConfig } from './local-models.config.js';
import { LoggingConfig } from './logging.config.js';
import { MetadataConfig } from './metadata.config.js';
import { ModelsConfig } from './models.config.js';
import { QueueConfig } from './queue.config.js';
import { RedisConfig } from './redis.config.js';
import { RerankConfig } from './rerank.config.js';
import { S3Config } from './s3.config.js';
import type { Section } from './section.js';
import { ServerConfig } from './server.config.js';
import { SseConfig } from './sse.config.js';
import { StorageConfig } from './storage.config.js';
import { SummaryConfig } from './summary.config.js';
import { WebhooksConfig } from './webhooks.config.js';

/** Every section: what `.env` may hold and what `.env.example` lists, in this order. One line each. */
export const allSections: readonly Section[] = [
  ServerConfig,
  AuthConfig,
  StorageConfig,
  DatabaseConfig,
  RedisConfig,
  S3Config,
  LoggingConfig,
  QueueConfig,
  SseConfig,
  KnowledgeConfig,
  ExtractionConfig,
  ChunkingConfig,
  FetchConfig,
  WebhooksConfig,
  ChatHttpConfig,
  ModelsConfig,
  RerankConfig,
  LocalModelsConfig,
  MetadataConfig,
  AnsweringConfig,
  AnswerLogConfig,
  SummaryConfig,
  ClientConfig,
  FaultsConfig,
];
