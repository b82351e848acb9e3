import type { DynamicModule, Type } from '@nestjs/common';
import { ChatHttpModule } from '../chat/chat-http.module.js';
import { IdentityHttpModule } from '../identity/identity-http.module.js';
import { KnowledgeHttpModule } from '../knowledge/knowledge-http.module.js';
import { OperationsModule } from '../platform/admin/operations.module.js';
import { HttpPlatformModule } from '../platform/http/http-platform.module.js';
import { SummaryHttpModule } from '../summary/summary-http.module.js';
import { WebhooksHttpModule } from '../webhooks/webhooks-http.module.js';
import { summaryOfChats } from './summary-of-chats.js';

/** What the API instance serves. Never a worker module: Nest starts a worker wherever a processor is provided. */
export const apiFeatures = (): (Type | DynamicModule)[] => [
  HttpPlatformModule,
  OperationsModule,
  IdentityHttpModule,
  KnowledgeHttpModule,
  SummaryHttpModule.register(summaryOfChats()),
  ChatHttpModule,
  WebhooksHttpModule,
];
