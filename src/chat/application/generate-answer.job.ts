import { IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { defineJob, type JobPayload } from '../../platform/queue/define-job.js';

export class GenerateAnswerPayload implements JobPayload {
  /** The assistant message to fill. */
  @IsUUID()
  messageId: string;

  @IsUUID()
  ownerId: string;

  @IsOptional()
  @IsString()
  @MaxLength(128)
  requestId: string | null;
}

export const GenerateAnswer = defineJob({
  queue: 'chat',
  name: 'generate-answer',
  payload: GenerateAnswerPayload,
});

/** Each dispatch of the same answer is a job of its own: a retained finished one must not swallow a retry. */
export const generateAnswerJobId = (messageId: string, dispatch: number): string =>
  `${messageId}-1-${dispatch}`;
