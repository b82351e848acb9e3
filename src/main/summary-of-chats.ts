import type { DynamicModule } from '@nestjs/common';
import { ChatTranscriptModule } from '../chat/chat-transcript.module.js';
import { SummaryModule } from '../summary/summary.module.js';

/** Summary reads transcripts through its own port, which Chat implements: handed over here, so neither knows it. */
export const summaryOfChats = (): DynamicModule =>
  SummaryModule.register({ imports: [ChatTranscriptModule] });
