import { IsOptional, IsString, IsUUID } from 'class-validator';
import { defineJob, type JobPayload } from '../../platform/queue/define-job.js';

export class SummariseConversationPayload implements JobPayload {
  @IsUUID()
  conversationId: string;

  @IsUUID()
  ownerId: string;

  @IsOptional()
  @IsString()
  requestId: string | null;
}

/** Condenses whatever paths of the conversation wait for it. */
export const SummariseConversation = defineJob({
  queue: 'summary',
  name: 'summarise-conversation',
  payload: SummariseConversationPayload,
});
