import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { ChatWorkerModule } from '../chat/chat-worker.module.js';
import { KnowledgeWorkerModule } from '../knowledge/knowledge-worker.module.js';
import { SummaryWorkerModule } from '../summary/summary-worker.module.js';
import { WebhooksWorkerModule } from '../webhooks/webhooks-worker.module.js';
import { summaryOfChats } from './summary-of-chats.js';

/*
 * What each worker instance does. Apart from the API's features, whose controllers and documentation are a quarter of
 * the modules that a worker would load.
 */

/** Where events are made they are delivered too: whoever lives to make one can. */
@Module({ imports: [ChatWorkerModule, WebhooksWorkerModule] })
class ChatWorkerFeature {}

@Module({ imports: [KnowledgeWorkerModule, WebhooksWorkerModule] })
class KnowledgeWorkerFeature {}

export const chatWorkerFeature = (): Type => ChatWorkerFeature;
export const knowledgeWorkerFeature = (): Type => KnowledgeWorkerFeature;
export const summaryWorkerFeature = (): DynamicModule => SummaryWorkerModule.register(summaryOfChats());
