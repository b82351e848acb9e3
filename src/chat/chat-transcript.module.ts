import { Module } from '@nestjs/common';
import { TranscriptSource } from '../summary/application/transcript-source.port.js';
import { ChatTranscriptSource } from './application/chat-transcript-source.js';
import { ConversationRepository } from './application/conversation.repository.js';
import { MessageRepository } from './application/message.repository.js';
import { DatabaseConversationRepository } from './infrastructure/database-conversation.repository.js';
import { DatabaseMessageRepository } from './infrastructure/database-message.repository.js';

/** The stored conversations, and what Summary reads of them. Apart from ChatModule, which needs Summary itself. */
@Module({
  providers: [
    { provide: ConversationRepository, useClass: DatabaseConversationRepository },
    { provide: MessageRepository, useClass: DatabaseMessageRepository },
    { provide: TranscriptSource, useClass: ChatTranscriptSource },
  ],
  exports: [ConversationRepository, MessageRepository, TranscriptSource],
})
export class ChatTranscriptModule {}
