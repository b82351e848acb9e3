import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsObject, IsOptional, IsString, MaxLength, MinLength, ValidateIf } from 'class-validator';
import { ListQuery } from '../../platform/http/list-query.dto.js';
import { ProblemDto } from '../../platform/http/docs/problem.dto.js';
import type { Problem } from '../../shared/problem.js';
import {
  documentStatuses,
  type Document,
  type DocumentStatus,
  type DocumentVersion,
  type Metadata,
} from '../domain/document.js';
import { metadataBounds } from '../domain/generated-metadata.js';
import { progressUnits, type ProgressCounts } from '../domain/progress-counts.js';
import { IsLabel, label } from './label.js';

const openObject = { type: 'object', additionalProperties: true } as const;
const metadata = {
  ...openObject,
  description: 'Yours; filters look in it.',
  example: { year: 2025 },
} as const;

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
  @ApiProperty({ minLength: 1, maxLength: 500, example: 'Holidays' })
  @Transform(label)
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  @IsLabel()
  title: string;

  @ApiProperty({ description: 'Markdown or plain text.', example: 'Every employee has 25 days of leave.' })
  @IsString()
  text: string;

  @ApiPropertyOptional(metadata)
  @IsOptional()
  @IsObject()
  metadata?: Metadata;
}

export class AddUrlBody {
  @ApiProperty({ format: 'uri', minLength: 1, maxLength: 2_048 })
  @IsString()
  @MinLength(1)
  @MaxLength(2_048)
  url: string;

  @ApiPropertyOptional(metadata)
  @IsOptional()
  @IsObject()
  metadata?: Metadata;
}

export class UploadForm {
  @ApiProperty({ type: 'array', items: { type: 'string', format: 'binary' }, minItems: 1 })
  file: unknown[];

  @ApiPropertyOptional({
    type: 'string',
    description: 'A JSON object, kept with each of the files.',
    example: '{"year":2025}',
  })
  metadata?: string;
}

export class ReplacementForm {
  @ApiProperty({ type: 'string', format: 'binary' })
  file: unknown;
}

export class IngestionProgressDto {
  @ApiProperty({ enum: documentStatuses })
  stage: DocumentStatus;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, description: 'Over the whole ingestion.' })
  percent: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    nullable: true,
    description: 'Of the stage; null, like the two below, where nothing is counted.',
  })
  done: number | null;

  @ApiProperty({ type: 'integer', minimum: 0, nullable: true })
  total: number | null;

  @ApiProperty({ enum: progressUnits, nullable: true, description: 'What is counted.' })
  unit: ProgressCounts['unit'] | null;

  static from({ status, percent, counts }: DocumentVersion): IngestionProgressDto {
    const { done = null, total = null, unit = null } = counts ?? {};
    return { stage: status, percent, done, total, unit };
  }
}

export class GeneratedDto {
  @ApiProperty({ maxLength: metadataBounds.summary, description: "In the document's language." })
  summary: string;

  @ApiProperty({
    type: 'array',
    items: { type: 'string', maxLength: metadataBounds.keyword },
    minItems: 1,
    maxItems: metadataBounds.keywords,
  })
  keywords: string[];

  @ApiProperty({ maxLength: metadataBounds.category, example: 'employment contract' })
  category: string;
}

export class DocumentSourceDto {
  @ApiProperty({ format: 'uri' })
  url: string;

  @ApiProperty({
    type: String,
    format: 'uri',
    nullable: true,
    description: 'What the page calls its own address, else where redirects ended.',
  })
  canonicalUrl: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When this content was last seen there.',
  })
  fetchedAt: string | null;

  static from({ sourceUrl, newest }: Document): DocumentSourceDto | null {
    if (sourceUrl === null) return null;
    const { canonicalUrl, fetchedAt } = newest;
    return { url: sourceUrl, canonicalUrl, fetchedAt: fetchedAt?.toISOString() ?? null };
  }
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

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Detected from the content; null before it has been fetched.',
    example: 'application/pdf',
  })
  mimeType: string | null;

  @ApiProperty({ type: 'integer', minimum: 0, description: '0 before it has been fetched.' })
  sizeBytes: number;

  @ApiProperty({
    type: String,
    nullable: true,
    pattern: '^[0-9a-f]{64}$',
    description: 'Null before it has been fetched.',
  })
  sha256: string | null;

  @ApiProperty({ type: DocumentSourceDto, nullable: true, description: 'Of a document from a URL.' })
  source: DocumentSourceDto | null;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'The newest version, which status, progress and error describe.',
  })
  version: number;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    nullable: true,
    description: 'The version that searches answer from; null before the first is ready.',
  })
  searchableVersion: number | null;

  @ApiProperty({ enum: documentStatuses })
  status: DocumentStatus;

  @ApiProperty({ type: IngestionProgressDto })
  progress: IngestionProgressDto;

  @ApiProperty(metadata)
  metadata: Metadata;

  @ApiProperty({
    type: GeneratedDto,
    nullable: true,
    description:
      'Plain text that a language model has written about the searchable version, some time after it was ready. Null before, without GENERATE_METADATA, and when no usable answer came.',
  })
  generated: Document['generated'];

  @ApiProperty({ type: 'integer', minimum: 0 })
  chunkCount: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'How often a worker has taken it up.' })
  attempts: number;

  @ApiProperty({ type: ProblemDto, nullable: true, description: 'Only when failed.' })
  error: Problem | null;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt: string;

  static from(document: Document): DocumentDto {
    const { id, collectionId, title, version, searchableVersion, metadata, generated, newest } = document;
    const { filename, mimeType, sizeBytes, sha256, status, chunkCount, attempts, error } = newest;
    return {
      id,
      collectionId,
      title,
      filename,
      mimeType,
      sizeBytes,
      sha256,
      source: DocumentSourceDto.from(document),
      version,
      searchableVersion,
      status,
      progress: IngestionProgressDto.from(newest),
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
