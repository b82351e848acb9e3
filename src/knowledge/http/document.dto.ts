import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsObject, IsOptional, IsString, MaxLength, MinLength, ValidateIf } from 'class-validator';
import { ListQuery } from '../../platform/http/list-query.dto.js';
import type { Problem } from '../../shared/problem.js';
import { documentStatuses, type Document, type DocumentStatus, type Metadata } from '../domain/document.js';
import { IsLabel, label } from './label.js';

const openObject = { type: 'object', additionalProperties: true } as const;

export class ListDocumentsQuery extends ListQuery {
  @ApiPropertyOptional({ enum: documentStatuses })
  @IsOptional()
  @IsIn(documentStatuses)
  status?: DocumentStatus;
}

/** JSON Merge Patch: absent stays, null clears. */
export class PatchDocumentBody {
  @ApiPropertyOptional({ minLength: 1, maxLength: 500 })
  @ValidateIf(({ title }: PatchDocumentBody) => title !== undefined)
  @Transform(label)
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  @IsLabel()
  title?: string;

  @ApiPropertyOptional({ ...openObject, nullable: true, description: 'Merged; null removes a key.' })
  @IsOptional()
  @IsObject()
  metadata?: Metadata | null;
}

export class AddTextBody {
  @ApiProperty({ minLength: 1, maxLength: 500 })
  @Transform(label)
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  @IsLabel()
  title: string;

  @ApiProperty({ description: 'Markdown or plain text.' })
  @IsString()
  text: string;

  @ApiPropertyOptional(openObject)
  @IsOptional()
  @IsObject()
  metadata?: Metadata;
}

export class AddUrlBody {
  @ApiProperty({ format: 'uri' })
  @IsString()
  @MinLength(1)
  @MaxLength(2_048)
  url: string;

  @ApiPropertyOptional(openObject)
  @IsOptional()
  @IsObject()
  metadata?: Metadata;
}

export class UploadForm {
  @ApiProperty({ type: 'array', items: { type: 'string', format: 'binary' } })
  file: unknown[];

  @ApiPropertyOptional({ type: 'string', description: 'A JSON object, kept with each of the files.' })
  metadata?: string;
}

export class ReplacementForm {
  @ApiProperty({ type: 'string', format: 'binary' })
  file: unknown;
}

export class IngestionProgressDto {
  @ApiProperty({ enum: documentStatuses })
  stage: DocumentStatus;

  @ApiProperty({ minimum: 0, maximum: 100 })
  percent: number;
}

export class DocumentDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  collectionId: string;

  @ApiProperty()
  title: string;

  @ApiProperty()
  filename: string;

  @ApiProperty({ description: 'Detected from the content.' })
  mimeType: string;

  @ApiProperty()
  sizeBytes: number;

  @ApiProperty({ pattern: '^[0-9a-f]{64}$' })
  sha256: string;

  @ApiProperty({ description: 'The newest version, which status, progress and error describe.' })
  version: number;

  @ApiProperty({ type: Number, nullable: true, description: 'The version that searches answer from.' })
  searchableVersion: number | null;

  @ApiProperty({ enum: documentStatuses })
  status: DocumentStatus;

  @ApiProperty({ type: IngestionProgressDto })
  progress: IngestionProgressDto;

  @ApiProperty(openObject)
  metadata: Metadata;

  @ApiProperty({ ...openObject, nullable: true })
  generated: Document['generated'];

  @ApiProperty()
  chunkCount: number;

  @ApiProperty({ description: 'How often a worker has taken it up.' })
  attempts: number;

  @ApiProperty({ ...openObject, nullable: true, description: 'A Problem; only when failed.' })
  error: Problem | null;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt: string;

  static from(document: Document): DocumentDto {
    const { id, collectionId, title, version, searchableVersion, metadata, generated, newest } = document;
    const { filename, mimeType, sizeBytes, sha256, status, percent, chunkCount, attempts, error } = newest;
    return {
      id,
      collectionId,
      title,
      filename,
      mimeType,
      sizeBytes,
      sha256,
      version,
      searchableVersion,
      status,
      progress: { stage: status, percent },
      metadata,
      generated,
      chunkCount,
      attempts,
      error,
      createdAt: document.createdAt.toISOString(),
      updatedAt: document.updatedAt.toISOString(),
    };
  }
}

export class DocumentPageDto {
  @ApiProperty({ type: [DocumentDto] })
  data: DocumentDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}
