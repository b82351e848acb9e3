import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { ChatHttpModule } from '../chat/chat-http.module.js';
import { ChatTranscriptModule } from '../chat/chat-transcript.module.js';
import { ChatWorkerModule } from '../chat/chat-worker.module.js';
import { IdentityHttpModule } from '../identity/identity-http.module.js';
import { KnowledgeHttpModule } from '../knowledge/knowledge-http.module.js';
import { KnowledgeWorkerModule } from '../knowledge/knowledge-worker.module.js';
import { OperationsModule } from '../platform/admin/operations.module.js';
import { HttpPlatformModule } from '../platform/http/http-platform.module.js';
import { SummaryHttpModule } from '../summary/summary-http.module.js';
import { SummaryWorkerModule } from '../summary/summary-worker.module.js';
import { SummaryModule } from '../summary/summary.module.js';
import { WebhooksHttpModule } from '../webhooks/webhooks-http.module.js';
import { WebhooksWorkerModule } from '../webhooks/webhooks-worker.module.js';

type FeatureModule = Type | DynamicModule;

/** Summary reads transcripts through its own port, which Chat implements: handed over here, so neither knows it. */
const summary = (): DynamicModule => SummaryModule.register({ imports: [ChatTranscriptModule] });

/** What the API instance serves. Never a worker module: Nest starts a worker wherever a processor is provided. */
export const apiFeatures = (): FeatureModule[] => [
  HttpPlatformModule,
  OperationsModule,
  IdentityHttpModule,
  KnowledgeHttpModule,
  SummaryHttpModule.register(summary()),
  ChatHttpModule,
  WebhooksHttpModule,
];

/** Where events are made they are delivered too: whoever lives to make one can. */
@Module({ imports: [ChatWorkerModule, WebhooksWorkerModule] })
class ChatWorkerFeature {}

@Module({ imports: [KnowledgeWorkerModule, WebhooksWorkerModule] })
class KnowledgeWorkerFeature {}

export const chatWorkerFeature = (): FeatureModule => ChatWorkerFeature;
export const knowledgeWorkerFeature = (): FeatureModule => KnowledgeWorkerFeature;
export const summaryWorkerFeature = (): FeatureModule => SummaryWorkerModule.register(summary());
