import { Module } from '@nestjs/common';
import { KnowledgeModule } from '../knowledge/knowledge.module.js';
import { SummaryModule } from '../summary/summary.module.js';
import { DeletedSources } from './application/deleted-sources.service.js';
import { ExpireAnswerLog } from './application/expire-answer-log.service.js';
import { ChatTranscriptModule } from './chat-transcript.module.js';

const memory = SummaryModule.register({ imports: [ChatTranscriptModule] });

/** What the API and the chat worker share: conversations and the neighbours' services. The profile has the answer log. */
@Module({
  imports: [ChatTranscriptModule, KnowledgeModule, memory],
  providers: [DeletedSources, ExpireAnswerLog],
  exports: [ChatTranscriptModule, KnowledgeModule, memory, DeletedSources, ExpireAnswerLog],
})
export class ChatModule {}
