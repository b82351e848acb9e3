import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsString,
  IsUUID,
} from 'class-validator';
import { Matches, Max, MaxLength, Min, ValidateIf } from 'class-validator';
import { component } from '../../platform/http/docs/schema-components.js';
import { filterSchema } from '../application/filter-schema.js';
import type { Passage } from '../application/passage.js';

export const maxQueryLength = 8_192;
const maxCollections = 1_000;

/** Absent is allowed, null is not. */
const Optional = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

export class SearchRequestDto {
  @ApiProperty({ minLength: 1, maxLength: maxQueryLength, example: '연차 휴가는 며칠인가요?' })
  @IsString()
  @MaxLength(maxQueryLength)
  @Matches(/\S/, { message: 'query must not be blank' })
  query: string;

  @ApiPropertyOptional({
    type: [String],
    format: 'uuid',
    minItems: 1,
    maxItems: maxCollections,
    description: "Default: all the caller's collections.",
  })
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(maxCollections)
  @IsUUID('all', { each: true })
  collectionIds?: string[];

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 10 })
  @Optional()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;

  @ApiPropertyOptional(component('Filter', filterSchema))
  @Optional()
  @IsObject()
  filter?: Record<string, unknown>;

  @ApiPropertyOptional({ default: false, description: 'Also answer how the result came about.' })
  @Optional()
  @IsBoolean()
  trace?: boolean;
}

export class PassageScoresDto {
  @ApiPropertyOptional({ description: 'BM25.' })
  lexical?: number;

  @ApiPropertyOptional({ description: 'Cosine.' })
  vector?: number;

  @ApiPropertyOptional({ description: "The reranking model's, where one is configured and was in time." })
  rerank?: number;
}

export class PassageDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  documentId: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  documentVersion: number;

  @ApiProperty()
  documentTitle: string;

  @ApiProperty({ format: 'uuid' })
  collectionId: string;

  @ApiProperty({ description: "Exactly the slice `[charStart, charEnd)` of the version's text." })
  text: string;

  @ApiProperty({ type: [String], description: 'Heading path, outermost first.' })
  headings: string[];

  @ApiProperty({ type: 'integer', minimum: 1, nullable: true, description: 'Where the format has pages.' })
  page: number | null;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'UTF-16 offset into `GET /documents/{id}/text` of that version.',
  })
  charStart: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Exclusive.' })
  charEnd: number;

  @ApiProperty({
    description:
      'Relevance, of the fusion or of the reranking model; higher is better, comparable within one search only.',
  })
  score: number;

  @ApiProperty({ type: PassageScoresDto })
  scores: PassageScoresDto;

  static from(passage: Passage): PassageDto {
    const { id, documentId, documentVersion, documentTitle, collectionId, text, headings } = passage;
    const { page, charStart, charEnd, score, scores } = passage;
    return {
      id,
      documentId,
      documentVersion,
      documentTitle,
      collectionId,
      text,
      headings,
      page,
      charStart,
      charEnd,
      score,
      scores,
    };
  }
}

export class SearchResultDto {
  @ApiProperty({ type: [PassageDto] })
  data: PassageDto[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'What each step found and how long it took; its fields may change.',
  })
  trace?: Record<string, unknown>;
}
