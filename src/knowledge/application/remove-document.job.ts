import { IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { defineJob, type JobPayload } from '../../platform/queue/define-job.js';

export class RemoveDocumentPayload implements JobPayload {
  @IsUUID()
  documentId: string;

  @IsOptional()
  @IsString()
  @MaxLength(128)
  requestId: string | null;
}

/** Takes away what a deleted document leaves: objects, chunks, vectors, rows. */
export const RemoveDocument = defineJob({
  queue: 'knowledge',
  name: 'remove-document',
  payload: RemoveDocumentPayload,
});

export const removeDocumentJobId = (documentId: string): string => `${documentId}-remove-1`;
