import { IsInt, IsOptional, IsString, IsUUID, MaxLength, Min } from 'class-validator';
import { defineJob, type JobPayload } from '../../platform/queue/define-job.js';

export class IngestDocumentPayload implements JobPayload {
  @IsUUID()
  documentId: string;

  @IsInt()
  @Min(1)
  version: number;

  @IsOptional()
  @IsString()
  @MaxLength(128)
  requestId: string | null;
}

/**
 * Extracts, chunks, embeds and indexes one version of a document: the one that is due next, whose turn it is. The ids
 * say only what was queued together with the job.
 */
export const IngestDocument = defineJob({
  queue: 'knowledge',
  name: 'ingest-document',
  payload: IngestDocumentPayload,
});

/** Each dispatch is a job of its own: a retained finished one must not swallow a retry. */
export const ingestDocumentJobId = (documentId: string, version: number, dispatch: number): string =>
  `${documentId}-${version}-${dispatch}`;
