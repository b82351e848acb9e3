import { Module } from '@nestjs/common';
import { SseModule } from '../platform/http/sse.module.js';
import { PageReducer } from './application/page-reducer.port.js';
import { PreviewContext } from './application/preview-context.service.js';
import { ChatContextModule } from './chat-context.module.js';
import { chatControllers, chatHttpProviders } from './chat-http.providers.js';
import { ChatModule } from './chat.module.js';
import { ReadabilityPageReducer } from './infrastructure/readability-page-reducer.js';

@Module({
  imports: [ChatModule, ChatContextModule, SseModule],
  controllers: chatControllers,
  providers: [
    ...chatHttpProviders,
    PreviewContext,
    { provide: PageReducer, useClass: ReadabilityPageReducer },
  ],
})
export class ChatHttpModule {}
