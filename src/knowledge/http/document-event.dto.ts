import { ApiProperty } from '@nestjs/swagger';
import type { EventFamily } from '../../platform/http/docs/event-stream.js';
import { ProblemDto } from '../../platform/http/docs/problem.dto.js';
import { documentStatuses, type DocumentStatus } from '../domain/document.js';
import { DocumentDto, IngestionProgressDto } from './document.dto.js';

export class DocumentStateDto {
  @ApiProperty({ format: 'uuid' })
  documentId: string;

  @ApiProperty({ enum: documentStatuses })
  status: DocumentStatus;

  @ApiProperty({ type: IngestionProgressDto })
  progress: IngestionProgressDto;

  @ApiProperty({ type: DocumentDto })
  document: DocumentDto;
}

export class DocumentFailureDto extends DocumentStateDto {
  @ApiProperty({ type: ProblemDto })
  error: ProblemDto;
}

export class DeletedDocumentDto {
  @ApiProperty({ format: 'uuid' })
  documentId: string;
}

export const documentEvents: EventFamily = {
  name: 'DocumentEvent',
  description:
    'Only `document.ready` and `document.failed` have an `id`: every stream opens with the current state.',
  events: {
    'document.progress': DocumentStateDto,
    'document.ready': DocumentStateDto,
    'document.failed': DocumentFailureDto,
    'document.deleted': DeletedDocumentDto,
  },
};
