import { Module } from '@nestjs/common';
import { KnowledgeModule } from '../knowledge/knowledge.module.js';
import { SummaryModule } from '../summary/summary.module.js';
import { AnswerLog } from './application/answer-log.port.js';
import { DeletedSources } from './application/deleted-sources.service.js';
import { ExpireAnswerLog } from './application/expire-answer-log.service.js';
import { ChatTranscriptModule } from './chat-transcript.module.js';
import { DatabaseAnswerLog } from './infrastructure/database-answer-log.js';

const memory = SummaryModule.register({ imports: [ChatTranscriptModule] });

/** What the API and the chat worker share: conversations, the answer log, and the neighbours' services. */
@Module({
  imports: [ChatTranscriptModule, KnowledgeModule, memory],
  providers: [{ provide: AnswerLog, useClass: DatabaseAnswerLog }, DeletedSources, ExpireAnswerLog],
  exports: [ChatTranscriptModule, KnowledgeModule, memory, AnswerLog, DeletedSources, ExpireAnswerLog],
})
export class ChatModule {}
