import { Module } from '@nestjs/common';
import { SseModule } from '../platform/http/sse.module.js';
import { chatControllers, chatHttpProviders } from './chat-http.providers.js';
import { ChatModule } from './chat.module.js';

@Module({
  imports: [ChatModule, SseModule],
  controllers: chatControllers,
  providers: chatHttpProviders,
})
export class ChatHttpModule {}
