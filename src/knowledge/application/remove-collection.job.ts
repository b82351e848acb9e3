import { IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { defineJob, type JobPayload } from '../../platform/queue/define-job.js';

export class RemoveCollectionPayload implements JobPayload {
  @IsUUID()
  collectionId: string;

  @IsOptional()
  @IsString()
  @MaxLength(128)
  requestId: string | null;
}

/** Takes away what a deleted collection and its documents leave. */
export const RemoveCollection = defineJob({
  queue: 'knowledge',
  name: 'remove-collection',
  payload: RemoveCollectionPayload,
});

export const removeCollectionJobId = (collectionId: string): string => `${collectionId}-remove-1`;
